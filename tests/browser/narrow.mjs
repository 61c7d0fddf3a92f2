// Opens pages at the width of a phone and prints what runs out of its box, as JSON.
// Usage: node narrow.mjs CHROMIUM ADDRESS FOLDER
import { launch } from "./browser.mjs";

const [executablePath, address, folder] = process.argv.slice(2);
const PAGES = [
  ["compare.html", ".table-wrap:has(.stacked)"],
  ["progress-2025.html", "#figure-paths"],
  ["outlook.html", "#figure-outlook"],
  ["series-gdp.html", ".headlines .value"],
];
const browser = await launch(executablePath);
const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
const wide = [];
let labels = 0;
for (const [name, selector] of PAGES) {
  await page.goto(`${address}/${folder}reports/${name}`);
  const boxes = await page.$$eval(selector, (all) => all.map((box) => [box.scrollWidth, box.clientWidth]));
  if (!boxes.length || boxes.some(([scroll, client]) => scroll > client)) wide.push(`${name} ${selector}: ${boxes}`);
  labels += await page.locator("td[data-label]:visible").count();
}
await browser.close();
console.log(JSON.stringify({ labels, wide }));
