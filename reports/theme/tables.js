// Sorting and filtering of the tables in the page. Without it a table reads in its own order.
(() => {
  const WORDS = {
    zh: { filter: "筛选各行", count: (shown, all) => `显示${shown}行，共${all}行` },
    en: { filter: "Filter rows", count: (shown, all) => `${shown} of ${all} rows shown` },
  };
  const SORT_FROM = 6;
  const FILTER_FROM = 13;
  const TIMES = { thousand: 1e3, million: 1e6, billion: 1e9, 万: 1e4, 亿: 1e8, 万亿: 1e12 };
  const lang = document.documentElement.lang;
  const words = WORDS[lang.split("-")[0]] ?? WORDS.en;
  const collator = new Intl.Collator(lang, { numeric: true });

  const rowsOf = (body) => [...body.rows].filter((row) => !row.classList.contains("group"));

  // A cell's own text: what stands smaller below it is not part of the value.
  const textOf = (cell) => {
    const copy = cell.cloneNode(true);
    for (const aside of copy.querySelectorAll(".aside")) aside.remove();
    return copy.textContent.trim();
  };

  // "约1.5万人", "> CNY 1,200.0 billion", "−0.9 pp" or a bare number in its row's unit: value and base unit.
  const quantity = (text, rowUnit) => {
    const digits = text.match(/([+−-]?)\s*(?:CNY |USD )?(?:about\s)?(\d[\d,]*(?:\.\d+)?)/);
    if (!digits) return null;
    let unit = text.replace(digits[2], " ").replace(/[+−><≥≤=约]|about/g, " ").trim();
    if (!unit) unit = rowUnit;
    const times = unit.match(/^(万亿|万|亿)|\b(thousand|million|billion)\b/);
    const size = Number(digits[2].replaceAll(",", "")) * (times ? TIMES[times[0]] : 1);
    const base = unit.replace(times?.[0] ?? "", "").replace(/\s+/g, " ").trim();
    return { value: /[−-]/.test(digits[1]) ? -size : size, unit: base };
  };

  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const marked = cell.querySelector("[data-sort]");
    if (marked) return { value: Number(marked.dataset.sort), unit: "" };
    const text = textOf(cell);
    if (!cell.classList.contains("num")) return { text };
    return quantity(text, row.querySelector("[data-unit]")?.dataset.unit ?? "");
  };

  // Like with like: first by unit, then by value; words collate; what is no number comes last.
  const compare = (one, other, sign) => {
    if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1);
    if ("text" in one !== "text" in other) return "text" in one ? 1 : -1;
    if ("text" in one) return sign * collator.compare(one.text, other.text);
    return collator.compare(one.unit, other.unit) || sign * (one.value - other.value);
  };

  const sort = (bodies, column, sign) => {
    for (const { body, rows } of bodies) {
      const keyed = rows.map((row) => ({ row, key: sign && keyOf(row, column) }));
      if (sign) keyed.sort((one, other) => compare(one.key, other.key, sign));
      body.append(...keyed.map(({ row }) => row));
    }
  };

  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
  const SIGN = { none: 0, ascending: 1, descending: -1 };

  const makeSortable = (table, bodies) => {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      if (!header.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const order = NEXT[header.getAttribute("aria-sort") ?? "none"];
        for (const other of headers) other.removeAttribute("aria-sort");
        if (order !== "none") header.setAttribute("aria-sort", order);
        sort(bodies, column, SIGN[order]);
      });
    });
  };

  const makeFilter = (table, bodies) => {
    const all = bodies.flatMap(({ rows }) => rows);
    const box = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    box.className = "table-filter";
    input.type = "search";
    count.setAttribute("role", "status");
    label.append(words.filter, " ", input);
    box.append(label, " ", count);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase(lang);
      for (const { body, rows, heading } of bodies) {
        for (const row of rows) row.hidden = !`${heading} ${row.textContent}`.toLocaleLowerCase(lang).includes(wanted);
        body.hidden = rows.every((row) => row.hidden);
      }
      count.textContent = wanted ? words.count(all.filter((row) => !row.hidden).length, all.length) : "";
    });
    (table.closest(".table-wrap") ?? table).before(box);
  };

  for (const table of document.querySelectorAll(".data-table:not(.printed-lines)")) {
    const bodies = [...table.tBodies].map((body) => ({
      body,
      rows: rowsOf(body),
      heading: body.querySelector(".group")?.textContent.trim() ?? "",
    }));
    const count = bodies.reduce((sum, { rows }) => sum + rows.length, 0);
    if (table.tHead && count >= SORT_FROM) makeSortable(table, bodies);
    if (count >= FILTER_FROM) makeFilter(table, bodies);
  }
})();
