// Filters the front page's strips and prints what is then shown, as JSON.
// Usage: node strips.mjs CHROMIUM ADDRESS PAGE QUERY NAME VALUE
import { launch } from "./browser.mjs";

const [executablePath, address, path, query, name, value] = process.argv.slice(2);
const browser = await launch(executablePath);
const shown = (page) => page.locator(".strip:visible").count();

const plain = await browser.newPage({ javaScriptEnabled: false });
await plain.goto(`${address}/${path}?${query}`);
const off = { strips: await shown(plain), form: await plain.locator(".strip-filter:visible").count() };
await plain.locator(".language-switch a").click();
off.other = new URL(plain.url()).pathname;

const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
const language = page.locator(".language-switch a");
const state = async () => ({
  strips: await shown(page),
  groups: await page.locator(".strip-group:visible").count(),
  said: await page.locator(".strip-filter [role=status]").textContent(),
  search: new URL(page.url()).search,
  other: await language.getAttribute("href"),
});
await page.goto(`${address}/${path}?${query}`);
const linked = await state();
await page.locator(`.strip-filter select[name=${name}]`).selectOption(value);
const chosen = await state();
await page.locator(".strip-filter button").click();
const cleared = await state();
await page.goto(`${address}/${path}?${query}#targets`);
await language.click();
await page.waitForURL((url) => url.hash === "#targets");
const switched = { ...(await state()), hash: new URL(page.url()).hash };
await browser.close();
console.log(JSON.stringify({ off, linked, chosen, cleared, switched, errors }));
