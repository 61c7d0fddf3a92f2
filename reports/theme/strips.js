// The filter of the front page's targets. Without it every target is listed and the filter stays hidden.
(() => {
  const box = document.querySelector(".strip-filter");
  if (!box) return;
  const selects = [...box.querySelectorAll("select")];
  const strips = [...document.querySelectorAll(".strip")];
  const said = box.querySelector("[role=status]");

  const apply = () => {
    const wanted = selects.filter((select) => select.value);
    for (const strip of strips) {
      strip.hidden = wanted.some((select) => strip.dataset[select.name] !== select.value);
    }
    for (const group of document.querySelectorAll(".strip-group")) {
      group.hidden = [...group.querySelectorAll(".strip")].every((strip) => strip.hidden);
    }
    const shown = strips.filter((strip) => !strip.hidden).length;
    said.textContent = said.dataset.shown.replace("{shown}", shown).replace("{all}", strips.length);
  };

  // The same page in the other language, wherever it is linked, shows the same choice.
  const carry = () => {
    const other = document.querySelector(".language-switch a");
    for (const link of other ? document.querySelectorAll("a") : []) {
      if (link.origin !== other.origin || link.pathname !== other.pathname) continue;
      link.search = location.search;
      link.hash = location.hash;
    }
  };

  // The address holds the choice, so that it can be passed on; what else it holds stays.
  const remember = () => {
    const address = new URL(location);
    for (const { name, value } of selects) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
    carry();
  };

  const asked = new URLSearchParams(location.search);
  for (const select of selects) {
    const value = asked.get(select.name);
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  }
  box.hidden = false;
  apply();
  carry();
  window.addEventListener("hashchange", carry);
  // What stood below the filter has moved.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();

  box.addEventListener("change", () => {
    apply();
    remember();
  });
  box.querySelector("button").addEventListener("click", () => {
    for (const select of selects) select.value = "";
    apply();
    remember();
  });
})();
