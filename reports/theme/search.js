// The results page: takes ?q= from the address and asks the Pagefind index of the page's language.
(() => {
  const box = document.getElementById("search-results");
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  const SHOWN = 30;

  const say = (key, count, shown) => {
    const words = box.dataset[key].replace("{n}", count).replace("{shown}", shown);
    const text = words.replace("{q}", () => query);
    box.querySelector("[role=status]").textContent = text;
  };

  const linked = (tag, address, title) => {
    const element = document.createElement(tag);
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    element.append(link);
    return element;
  };

  const item = (page) => {
    const result = linked("li", page.url, page.meta.title);
    const excerpt = document.createElement("p");
    excerpt.innerHTML = page.excerpt; // Pagefind escapes the text and marks what was found
    result.append(excerpt);
    const parts = page.sub_results.filter((part) => part.url !== page.url).slice(0, 3);
    if (parts.length) {
      const list = document.createElement("ul");
      list.append(...parts.map((part) => linked("li", part.url, part.title)));
      result.append(list);
    }
    return result;
  };

  const search = async () => {
    document.querySelector(".site-search input").value = query;
    const pagefind = await import(new URL(box.dataset.index, document.baseURI));
    say("wait");
    const found = (await pagefind.search(query)).results;
    const pages = await Promise.all(found.slice(0, SHOWN).map((result) => result.data()));
    say(pages.length ? "found" : "none", found.length, pages.length);
    const list = document.createElement("ol");
    list.append(...pages.map(item));
    if (pages.length) box.append(list);
  };

  // Without the index (a page opened as a file) the sentence that says so stays.
  if (query) search().catch(() => {});
  else box.hidden = true;
})();
