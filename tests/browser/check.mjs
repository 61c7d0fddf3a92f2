// Looks at pages of the built site in headless Chromium and prints what is wrong as JSON.
// Three views of each page, the dark one in Chinese only: colours are the same in both languages.
// Usage: node check.mjs CHROMIUM ADDRESS PAGE...
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";

const VIEWS = [
  { name: "wide", width: 1280, height: 900, colorScheme: "light" },
  { name: "phone", width: 390, height: 844, colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
];
const NARROW = { width: 360, height: 740 };
const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const [executablePath, address, ...paths] = process.argv.slice(2);
const browser = await launch(executablePath);

const broken = async (page) =>
  (await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }))).violations.map(
    (rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`,
  );

const tooWide = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 3)
      .map((element) => `${element.tagName}.${element.className} ends beyond ${width}px`);
  });

const look = async ({ name, ...view }) => {
  const { width, height, colorScheme } = view;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const found = [];
  let path = "";
  page.on("pageerror", (error) => found.push(`${path} (${name}): ${error.message}`));
  page.on("requestfailed", (request) => found.push(`${path} (${name}): ${request.url()} failed`));
  const shown = paths.filter((one) => name !== "dark" || !one.startsWith("en/"));
  for (path of shown) {
    await page.goto(`${address}/${path}`, { waitUntil: "load" });
    await page.evaluate(axe);
    found.push(...(await broken(page)).map((text) => `${path} (${name}): ${text}`));
    if (name === "phone") {
      await page.setViewportSize(NARROW);
      found.push(...(await tooWide(page)).map((text) => `${path}: ${text}`));
      await page.setViewportSize({ width, height });
    }
  }
  await context.close();
  return { looked: shown.length, found };
};

const seen = await Promise.all(VIEWS.map(look));
await browser.close();
const looked = seen.reduce((sum, view) => sum + view.looked, 0);
console.log(JSON.stringify({ looked, found: seen.flatMap((view) => view.found) }));
