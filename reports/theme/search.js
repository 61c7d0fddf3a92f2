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

  // A page whose title is the query comes first, then one whose title has it, the shortest first.
  const titled = () => {
    const wanted = query.toLowerCase();
    return [...document.querySelectorAll(".all-pages a")]
      .map((link) => ({ url: link.href, title: link.textContent, about: link.parentElement.querySelector(".aside") }))
      .filter(({ title }) => title.toLowerCase().includes(wanted))
      .sort((one, other) => one.title.length - other.title.length);
  };

  const plain = ({ url, title, about }) => {
    const result = linked("li", url, title);
    const text = document.createElement("p");
    text.textContent = about?.textContent ?? "";
    result.append(text);
    return result;
  };

  const absolute = (address) => new URL(address, location.href).href;

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
    const first = titled();
    const named = new Set(first.map(({ url }) => url));
    const byAddress = new Map(pages.map((page) => [absolute(page.url), page]));
    const items = first.map((page) => (byAddress.has(page.url) ? item(byAddress.get(page.url)) : plain(page)));
    items.push(...pages.filter((page) => !named.has(absolute(page.url))).map(item));
    const shown = items.slice(0, SHOWN);
    say(shown.length ? "found" : "none", Math.max(found.length, items.length), shown.length);
    const list = document.createElement("ol");
    list.append(...shown);
    if (shown.length) box.append(list);
  };

  // Without the index (a page opened as a file) the sentence that says so stays.
  if (query) search().catch(() => {});
  else box.hidden = true;
})();
