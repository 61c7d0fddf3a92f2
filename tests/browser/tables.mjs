// Sorts and filters the first table of a page and prints what its rows then show, as JSON.
// Usage: node tables.mjs CHROMIUM ADDRESS PAGE COLUMN FILTER
import { launch } from "./browser.mjs";

const [executablePath, address, path, column, filter] = process.argv.slice(2);
const browser = await launch(executablePath);
const rows = (page) =>
  page.$$eval(".data-table tbody tr", (all) =>
    all.filter((row) => row.offsetParent).map((row) => row.cells[0].textContent),
  );

const plain = await browser.newPage({ javaScriptEnabled: false });
await plain.goto(`${address}/${path}`);
const off = {
  rows: await plain.locator(".data-table tbody tr").count(),
  controls: await plain.locator(".sort, .table-filter").count(),
};

const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
await page.goto(`${address}/${path}`);
const button = page.locator(".data-table thead th").nth(Number(column)).locator("button.sort");
const header = page.locator(".data-table thead th").nth(Number(column));
const orders = [[null, await rows(page)]];
for (let press = 0; press < 3; press++) {
  await button.focus();
  await page.keyboard.press("Enter");
  orders.push([await header.getAttribute("aria-sort"), await rows(page)]);
}
const box = page.locator(".table-filter input");
let filtered = null;
if (await box.count()) {
  await box.first().fill(filter);
  filtered = { rows: await rows(page), said: await page.locator(".table-filter [role=status]").first().textContent() };
}
await browser.close();
console.log(JSON.stringify({ off, orders, filtered, errors }));
