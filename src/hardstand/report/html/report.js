"use strict";
// Shows and filters the findings of this page. Scanned text reaches the page as text nodes only, never as markup.
(() => {
  const SEVERITIES = ["", "low", "medium", "high", "critical"];
  const URGENCY = { block: 0, warn: 1, waived: 2 };
  const ENTRIES_AT_ONCE = 60;
  const PLACES_AT_FIRST = 5;
  const PLACES_AT_ONCE = 50;

  const data = JSON.parse(document.getElementById("data").textContent);
  const texts = data.texts;
  const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
  const NUMBERS = new Set(["id", "verdict", "severity", "line", "column", "endLine", "endColumn", "rendered", "safe"]);
  // One accessor per column: get.file(row) is the text, get.line(row) the number.
  const get = Object.fromEntries(data.columns.map((name, place) =>
    [name, NUMBERS.has(name) ? (row) => row[place] : (row) => texts[row[place]]]));
  const control = (row) => data.controls[get.control(row)];
  const node = (id) => document.getElementById(id);
  const count = (number) => number.toLocaleString("en");
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const plural = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  // ---- filters -------------------------------------------------------------------------------------------------

  // Facets take several values, the others one. Each is told in the address by its name.
  const facets = [
    { name: "severity", title: "Severity", values: ["critical", "high", "medium", "low"], of: (row) => SEVERITIES[get.severity(row)] },
    { name: "action", title: "Action", values: ["block", "warn", "waived"], of: get.action },
    { name: "verdict", title: "Verdict", values: ["fail", "unknown"], of: (row) => (get.verdict(row) ? "unknown" : "fail") },
    { name: "area", title: "Area", values: [...new Set(data.rows.map((row) => control(row).area))].sort(), of: (row) => control(row).area },
  ];
  const blank = () => ({ q: "", namespace: "", framework: "", file: "", by: "cause", open: new Set(),
    severity: new Set(), action: new Set(), verdict: new Set(), area: new Set() });
  let state = blank();

  const haystacks = new Map();
  function haystack(row) {
    let found = haystacks.get(row);
    if (found === undefined) {
      found = [get.control(row), control(row).summary, get.kind(row), `${get.namespace(row)}/${get.name(row)}`, get.caption(row),
        get.file(row), get.field(row), get.message(row), get.why(row), get.id(row), control(row).frameworks.join(" ")].join("\n").toLowerCase();
      haystacks.set(row, found);
    }
    return found;
  }

  const tests = [
    ...facets.map((facet) => ({ name: facet.name, passes: (row) => state[facet.name].size === 0 || state[facet.name].has(facet.of(row)) })),
    { name: "q", passes: (row) => words().every((word) => haystack(row).includes(word)) },
    { name: "namespace", passes: (row) => !state.namespace || (get.namespace(row) || "(none)") === state.namespace },
    { name: "file", passes: (row) => !state.file || get.file(row).toLowerCase().includes(state.file.toLowerCase()) },
    { name: "framework", passes: (row) => !state.framework || control(row).frameworks.some((id) => id === state.framework || id.startsWith(`${state.framework}:`)) },
  ];
  let splitOf = null, split = [];
  function words() {
    if (splitOf !== state.q) { splitOf = state.q; split = state.q.toLowerCase().split(/\s+/).filter(Boolean); }
    return split;
  }

  // The rows that pass, and for each facet how many rows would pass for each of its values if it were not set.
  function sift() {
    const passed = [];
    const counts = Object.fromEntries(facets.map((facet) => [facet.name, new Map()]));
    const add = (facet, row) => { const value = facet.of(row); counts[facet.name].set(value, (counts[facet.name].get(value) || 0) + 1); };
    for (const row of data.rows) {
      let failed = 0, which = -1;
      for (let place = 0; place < tests.length && failed < 2; place++) {
        if (!tests[place].passes(row)) { failed++; which = place; }
      }
      if (failed === 0) { passed.push(row); for (const facet of facets) add(facet, row); }
      else if (failed === 1 && which < facets.length) add(facets[which], row);
    }
    return { passed, counts };
  }

  // ---- grouping ------------------------------------------------------------------------------------------------

  const keys = { cause: get.cause, control: get.control, file: get.file, namespace: (row) => get.namespace(row) || "(no namespace)" };

  // The same order as in every other format: what blocks, then the worst, then what fires on most objects.
  function group(rows) {
    const found = new Map();
    for (const row of rows) {
      const key = keys[state.by](row);
      let entry = found.get(key);
      if (!entry) found.set(key, entry = { key, rows: [], severity: 0, urgency: 9, objects: new Set(), first: null });
      entry.rows.push(row);
      entry.severity = Math.max(entry.severity, get.severity(row));
      entry.objects.add(`${get.kind(row)}\n${get.namespace(row)}\n${get.name(row)}\n${get.file(row)}`);
      const urgency = URGENCY[get.action(row)];
      if (urgency < entry.urgency) { entry.urgency = urgency; entry.first = row; }
    }
    return [...found.values()].sort((one, other) => one.urgency - other.urgency || other.severity - one.severity
      || other.objects.size - one.objects.size || (one.key < other.key ? -1 : 1));
  }

  // ---- showing -------------------------------------------------------------------------------------------------

  function show() {
    const { passed, counts } = sift();
    const faults = group(passed.filter((row) => !get.verdict(row)));
    const unknowns = group(passed.filter((row) => get.verdict(row)));
    list(node("list"), faults, "Nothing here that the filters let through.", "No control fails.", false);
    list(node("unknown-list"), unknowns, "No unknown here that the filters let through.", "Every control could be decided for every object that was read.", true);
    node("shown").textContent = told(faults, 0);
    node("unknown-shown").textContent = told(unknowns, 1);
    for (const facet of facets) for (const value of facet.values) {
      const box = document.querySelector(`[data-facet="${facet.name}"][data-value="${CSS.escape(value)}"]`);
      if (!box) continue; // A facet with a single value is not offered.
      const number = counts[facet.name].get(value) || 0;
      box.checked = state[facet.name].has(value);
      box.parentElement.classList.toggle("empty", number === 0);
      box.parentElement.lastElementChild.textContent = count(number);
    }
    for (const name of ["q", "namespace", "framework", "file", "by"]) if (node(name).value !== state[name]) node(name).value = state[name];
  }

  const totals = [0, 1].map((verdict) => data.rows.reduce((sum, row) => sum + (get.verdict(row) === verdict ? 1 : 0), 0));
  function told(entries, verdict) {
    const shown = entries.reduce((sum, entry) => sum + entry.rows.length, 0);
    const hidden = totals[verdict] - shown;
    const noun = { cause: "root cause", control: "control", file: "file", namespace: "namespace" }[state.by];
    if (!totals[verdict]) return "none";
    return `${plural(shown, verdict ? "unknown" : "finding")} · ${plural(entries.length, noun)}${hidden ? ` · ${count(hidden)} filtered out` : ""}`;
  }

  function list(parent, entries, filtered, none, unknown) {
    parent.replaceChildren();
    if (!entries.length) { parent.append(make("p", null, totals[unknown ? 1 : 0] ? filtered : none)); return; }
    let next = 0;
    const more = make("button", { type: "button", class: "ghost more" });
    const page = () => {
      const cards = entries.slice(next, next + ENTRIES_AT_ONCE).map(card);
      next += cards.length;
      more.remove();
      parent.append(...cards);
      if (next < entries.length) { more.textContent = `Show ${count(Math.min(ENTRIES_AT_ONCE, entries.length - next))} more of ${count(entries.length - next)}`; parent.append(more); }
      return cards[0];
    };
    more.addEventListener("click", () => { const card = page(); if (card) card.querySelector("button").focus(); });
    page();
    while (next < entries.length && [...state.open].some((id) => entries.slice(next).some((entry) => get.id(entry.first) === id))) page();
  }

  function chip(row) {
    const word = get.verdict(row) ? "unknown" : SEVERITIES[get.severity(row)];
    return make("span", { class: `sev sev-${word}` }, word);
  }

  function card(entry) {
    const id = get.id(entry.first);
    // A thing that was not given can keep several controls from deciding: then there is no one page to show.
    const controls = [...new Set(entry.rows.map(get.control))];
    const byControl = (state.by === "cause" || state.by === "control") && controls.length === 1;
    const word = get.verdict(entry.first) ? "unknown" : SEVERITIES[entry.severity];
    const first = entry.first;
    const named = state.by === "file" || state.by === "namespace";
    const title = named ? entry.key : get.verdict(first) ? capital(get.message(first)) : control(first).summary;
    const where = byControl
      ? [make("code", null, get.control(first)), ` · ${place(first)}${entry.rows.length > 1 ? ` and ${count(entry.rows.length - 1)} more` : ` · ${get.caption(first)}`}`]
      : [plural(controls.length, "control"), ` · ${controls.join(", ")}`];
    const tags = [];
    if (get.action(first) === "block") tags.push(make("span", { class: "tag block" }, "blocks"), " ");
    if (get.action(first) === "waived") tags.push(make("span", { class: "tag" }, "waived"), " ");
    const button = make("button", { type: "button", "aria-expanded": "false", "data-id": id },
      make("span", { class: `sev sev-${word}` }, word), make("span", { class: "name" }, title),
      make("span", { class: "count" }, ...tags, entry.objects.size === entry.rows.length ? plural(entry.rows.length, "object") : `${plural(entry.rows.length, "place")}, ${plural(entry.objects.size, "object")}`),
      make("span", { class: "arrow", "aria-hidden": "true" }), make("span", { class: "where" }, ...where));
    const article = make("article", { class: "entry" }, make("h3", null, button));
    const set = (open) => {
      button.setAttribute("aria-expanded", String(open));
      article.classList.toggle("open", open);
      article.querySelector(".body")?.remove();
      if (open) article.append(body(entry, byControl));
    };
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      set(open);
      if (open) state.open.add(id); else state.open.delete(id);
      remember();
    });
    if (state.open.has(id)) set(true);
    return article;
  }

  const place = (row) => `${get.file(row)}:${get.line(row)}:${get.column(row)}`;

  function body(entry, byControl) {
    const places = make("ul", { class: "places" });
    const main = make("div", { class: "main" }, places);
    const more = make("button", { type: "button", class: "ghost more" });
    let next = 0;
    const page = () => {
      const rows = entry.rows.slice(next, next + (next ? PLACES_AT_ONCE : PLACES_AT_FIRST));
      next += rows.length;
      for (const row of rows) {
        const said = saying(row, byControl);
        const last = places.lastElementChild;
        // What fires at one place on several objects, as at an anchor that they share, shows the place once.
        if (last && last.dataset.place === place(row)) last.append(said); else places.append(spot(row, said));
      }
      const left = entry.rows.length - next;
      if (left) more.textContent = `Show ${count(Math.min(left, PLACES_AT_ONCE))} more of ${count(left)}`; else more.remove();
    };
    if (entry.rows.length > PLACES_AT_FIRST) main.append(more);
    more.addEventListener("click", page);
    page();
    if (!byControl) return make("div", { class: "body" }, main);
    main.append(advice(entry.first));
    return make("div", { class: "body" }, main, aside(entry.first));
  }

  function spot(row, said) {
    return make("li", { "data-place": place(row) },
      make("div", { class: "place" }, make("code", { class: "at" }, place(row)), get.rendered(row) ? make("span", { class: "quiet" }, " line of the rendered text") : ""),
      get.excerpt(row) && get.field(row) ? frame(row) : "", said);
  }

  function saying(row, byControl) {
    const tags = byControl ? [] : [chip(row), make("span", { class: "tag" }, get.control(row))];
    if (get.action(row) === "waived") tags.push(make("span", { class: "tag" }, `waived${get.waiver(row) ? `: ${get.waiver(row)}` : ""}`));
    if (get.verdict(row)) tags.push(make("span", { class: "tag" }, get.why(row)));
    if (get.tier(row)) tags.push(make("span", { class: "tag" }, `tier ${get.tier(row)}`));
    return make("div", { class: "said" }, `${get.caption(row)}: ${get.message(row)}`, ...tags, get.field(row) ? make("code", { class: "field" }, get.field(row)) : "");
  }

  // Columns count code points, as the report does, and not UTF-16 units, as strings do here. The indent is left out.
  function frame(row) {
    const points = [...get.excerpt(row)].slice(0, 400);
    const indent = points.findIndex((point) => point !== " ");
    const start = Math.max(get.column(row) - 1, indent);
    const end = get.endLine(row) === get.line(row) ? Math.max(get.endColumn(row) - 1, start + 1) : points.length;
    const without = get.missing(row);
    if (without) return make("pre", { class: "frame" }, make("span", null, String(get.line(row))), points.slice(Math.max(indent, 0)).join(""), make("em", null, `  without ${without}`));
    const part = (from, to) => points.slice(from, to).join("");
    return make("pre", { class: "frame" }, make("span", null, String(get.line(row))), part(Math.max(indent, 0), start), make("mark", null, part(start, end)), part(end));
  }

  function advice(row) {
    const page = make("div", { class: "page" });
    if (get.fix(row) && !get.verdict(row)) page.append(make("p", { class: "fix" }, make("span", { class: "tag" }, get.safe(row) ? "safe fix" : "fix"), " ", ...inline(get.fix(row))));
    for (const [heading, text] of Object.entries(control(row).sections)) if (heading !== "References") page.append(make("h4", null, heading), ...prose(text));
    return page;
  }

  function aside(row) {
    const page = make("div", { class: "page facts-of" });
    const items = control(row).frameworks.map((id) => {
      const framework = data.frameworks[id.slice(0, id.indexOf(":"))];
      return make("li", null, make("code", null, id), make("span", null, (framework && framework.requirements[id.slice(id.indexOf(":") + 1)]) || ""));
    });
    if (items.length) page.append(make("h4", null, "Frameworks"), make("ul", { class: "frameworks" }, ...items));
    const references = control(row).sections.References;
    if (references) page.append(make("h4", null, "References"), ...prose(references));
    page.append(make("h4", null, "At a terminal"), make("p", null, make("code", null, `hardstand explain ${get.control(row)}`)));
    return page;
  }

  // A control's page is paragraphs and lists with `code` and addresses in them.
  function prose(text) {
    return text.split(/\n\s*\n/).map((block) => {
      if (!/^\s*- /.test(block)) return make("p", null, ...inline(block));
      return make("ul", null, ...block.split(/\n(?=\s*- )/).map((item) => make("li", null, ...inline(item.replace(/^\s*- /, "")))));
    });
  }
  function inline(text) {
    return text.replace(/\s+/g, " ").split(/(`[^`]+`|https:\/\/[^\s)]+)/).map((part) => {
      if (/^`.+`$/.test(part)) return make("code", null, part.slice(1, -1));
      if (part.startsWith("https://")) return make("a", { href: part, rel: "noreferrer noopener", target: "_blank" }, part.replace("https://", ""));
      return part;
    });
  }

  // ---- the address ---------------------------------------------------------------------------------------------

  function remember() {
    const told = new URLSearchParams();
    for (const name of ["q", "namespace", "framework", "file"]) if (state[name]) told.set(name, state[name]);
    if (state.by !== "cause") told.set("by", state.by);
    for (const name of [...facets.map((facet) => facet.name), "open"]) if (state[name].size) told.set(name, [...state[name]].join(","));
    const hash = told.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function recall() {
    const told = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    state = blank();
    for (const name of ["q", "namespace", "framework", "file"]) state[name] = told.get(name) || "";
    if (told.get("by") in keys) state.by = told.get("by");
    for (const facet of facets) for (const value of (told.get(facet.name) || "").split(",")) if (facet.values.includes(value)) state[facet.name].add(value);
    state.open = new Set((told.get("open") || "").split(",").filter(Boolean));
  }

  // ---- controls of the page ------------------------------------------------------------------------------------

  function changed() { remember(); show(); }

  function build() {
    for (const facet of facets) {
      if (facet.values.length < 2) continue;
      node("facets").append(make("fieldset", null, make("legend", null, facet.title), ...facet.values.map((value) =>
        make("label", { class: "facet" }, make("input", { type: "checkbox", "data-facet": facet.name, "data-value": value }), make("span", null, value), make("span")))));
    }
    const namespaces = [...new Set(data.rows.map((row) => get.namespace(row) || "(none)"))].sort();
    node("namespace").append(make("option", { value: "" }, "all"), ...namespaces.map((name) => make("option", { value: name }, name)));
    node("framework").append(make("option", { value: "" }, "all"));
    for (const [name, framework] of Object.entries(data.frameworks)) {
      const requirements = Object.keys(framework.requirements).sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
      node("framework").append(make("optgroup", { label: framework.title }, make("option", { value: name }, `${framework.title}: all`),
        ...requirements.map((requirement) => make("option", { value: `${name}:${requirement}` }, `${requirement} ${framework.requirements[requirement]}`.slice(0, 90)))));
    }
    node("files").append(...[...new Set(data.rows.map(get.file))].sort().slice(0, 500).map((name) => make("option", { value: name })));
    node("filters").hidden = false;
    node("more").open = window.matchMedia("(min-width: 821px)").matches;
  }

  function listen() {
    let timer = 0;
    node("filters").addEventListener("submit", (event) => event.preventDefault());
    node("filters").addEventListener("input", (event) => {
      const target = event.target;
      if (target.dataset.facet) { const set = state[target.dataset.facet]; if (target.checked) set.add(target.dataset.value); else set.delete(target.dataset.value); changed(); return; }
      if (!(target.id in state)) return;
      state[target.id] = target.value;
      clearTimeout(timer);
      timer = setTimeout(changed, target.tagName === "INPUT" ? 90 : 0);
    });
    node("filters").addEventListener("reset", () => { const by = state.by; state = blank(); state.by = by; setTimeout(changed, 0); });
    node("by").addEventListener("input", () => { state.by = node("by").value; state.open.clear(); changed(); });
    window.addEventListener("hashchange", () => { if (location.hash === "" || location.hash.includes("=")) { recall(); show(); } });
    // Sections are reached without giving up the address, which holds the filters.
    for (const link of document.querySelectorAll('a[href^="#"]')) link.addEventListener("click", (event) => {
      const section = node(link.getAttribute("href").slice(1));
      event.preventDefault();
      section.scrollIntoView();
      section.focus({ preventScroll: true });
    });
    document.addEventListener("keydown", press);
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && event.target.id === "q") { node("q").value = state.q = ""; node("q").blur(); changed(); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); node("q").focus(); node("q").select(); }
    if (event.key === "j" || event.key === "k") {
      const buttons = [...document.querySelectorAll(".entry h3 button")];
      const here = buttons.indexOf(document.activeElement.closest(".entry")?.querySelector("h3 button"));
      const next = buttons[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
      if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
    }
  }

  function themes() {
    const order = ["auto", "light", "dark"];
    let current = 0;
    const button = node("theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      current = (current + 1) % order.length;
      if (current) document.documentElement.dataset.theme = order[current]; else delete document.documentElement.dataset.theme;
      button.textContent = `Theme: ${order[current]}`;
    });
  }

  recall();
  build();
  listen();
  themes();
  show();
})();
