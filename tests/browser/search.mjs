// Searches as a reader does, with the keyboard, and prints the results' addresses and status as JSON.
// Usage: node search.mjs CHROMIUM ADDRESS PAGE QUERY
import { launch } from "./browser.mjs";

const [executablePath, address, path, query] = process.argv.slice(2);
const browser = await launch(executablePath);
const page = await browser.newPage();
const scripts = [];
page.on("request", (request) => {
  if (request.url().includes("pagefind")) scripts.push(request.url());
});
await page.goto(`${address}/${path}`, { waitUntil: "networkidle" });
const before = scripts.length;
await page.focus("input[name=q]");
await page.keyboard.type(query);
await page.keyboard.press("Enter");
await page.waitForFunction(() => /\d|“/.test(document.querySelector("#search-results [role=status]")?.textContent ?? ""));
await page.waitForLoadState("networkidle");
const status = await page.textContent("#search-results [role=status]");
const links = await page.$$eval("#search-results > ol > li > a", (all) => all.map((link) => link.getAttribute("href")));
const reached = links.length ? (await page.goto(new URL(links[0], page.url()).href)).status() : 0;
await browser.close();
console.log(JSON.stringify({ before, status, links, reached }));
