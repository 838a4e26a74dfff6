// The page's side of the desk: shows what the kernel sends, sends what people do, and posts decisions to the server.
// Elements say what they are for:
//   data-do="name" (data-value)   tells the kernel; inputs and selects send their own value, forms all their fields
//   form[data-entry]              posts its fields with these to the ledger; the server alone knows who is logged in
//   data-keys="j"                 is clicked by this key
const WAIT = 4000;
const SILENCE = 20000;  // after which a desk that does not answer is said not to
const SILENT = "评审台没有回答；如果一直这样，请重新载入页面。 · The desk does not answer; if it stays so, reload the page.";
const NOBODY = "已退出登录，什么也没有记录；请在另一个标签页登录后再按。 · Logged out, nothing was recorded; log in in another tab and press again.";
const UNSENT = "服务器没有回答，什么也没有记录。 · The server did not answer; nothing was recorded.";

function fields(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) values[name] = value;
  return values;
}

function valueOf(element) {
  if (element.tagName === "FORM") return fields(element);
  if (element.type === "checkbox") return element.checked;
  return "value" in element && element.tagName !== "BUTTON" ? element.value : element.dataset.value ?? "";
}

function cookie(name) {
  const found = document.cookie.match(`\\b${name}=([^;]*)\\b`);
  return found ? found[1] : "";
}

function base() {
  const voila = document.body.dataset.baseUrl;
  return voila ? voila.replace(/voila\/$/, "") : null;
}

async function asked(path, body) {
  const options = body && {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-XSRFToken": cookie("_xsrf") },
  };
  const answer = await fetch(base() + path, { credentials: "same-origin", ...options });
  return { status: answer.status, told: await answer.json().catch(() => ({})) };
}

function saved({ name, text, type }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), WAIT);
}

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "gy gy-desk";
    root.innerHTML = model.get("html");
    const bar = document.createElement("div");
    bar.className = "gy gy-me";
    const failure = Object.assign(document.createElement("p"), { className: "gy-failure", hidden: true });
    failure.setAttribute("role", "alert");
    el.append(bar, failure, root);
    const fail = (words) => {
      failure.hidden = !words;
      failure.textContent = words ?? "";
    };

    // one event at a time; of those that wait, a newer one replaces an older one of the same name
    let waiting = false, silence = 0, recorded = "";
    const next = new Map();
    const tell = (name, value) => {
      next.set(`${name}|${value?.of ?? ""}`, [name, value]);  // each slider and list for itself
      if (!waiting) go();
    };
    const go = () => {
      const [key, [name, value]] = next.entries().next().value;
      next.delete(key);
      waiting = true;
      silence = setTimeout(() => fail([recorded, SILENT].filter(Boolean).join(" ")), SILENCE);
      model.send({ do: name, value });
    };
    const settled = () => {
      clearTimeout(silence);
      waiting = false;
      recorded = "";
      if (next.size) go();
    };
    const show = (html) => {
      const callbacks = { beforeNodeMorphed: (old) => !old.touched };  // what somebody is writing is left alone
      Idiomorph.morph(root, html, { morphStyle: "innerHTML", ignoreActiveValue: true, callbacks });
      for (const form of root.querySelectorAll("form[data-entry]")) if (!form.touched) begun(form);
    };
    // what was begun and left for another tab or place stands there again when one comes back
    const drafts = new Map();
    const begun = (form) => {
      const kept = drafts.get(form.id);
      if (!kept) return;
      for (const [name, value] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = value;
      form.touched = true;
    };
    model.on("msg:custom", (message) => {
      fail(message.failed);
      if (message.html !== undefined) show(message.html);
      if (message.save) saved(message.save);
      settled();
    });

    const touch = (event) => {
      const form = event.target.closest?.("form[data-entry]");
      if (!form) return;
      form.touched = true;
      drafts.set(form.id, fields(form));
    };
    root.addEventListener("input", touch);
    const acting = (event) => event.target.closest?.("[data-do]");
    const inputs = (event) => {
      const element = acting(event);
      if (!element || element.tagName === "BUTTON" || element.tagName === "FORM") return;
      const live = element.type === "range" || element.type === "search";
      if (!element.checkValidity()) return;  // a year is typed digit by digit
      element.taken = element.value;
      if ((event.type === "input") === live) tell(element.dataset.do, named(element));
    };
    const named = (element) =>
      element.dataset.value === undefined ? valueOf(element) : { of: element.dataset.value, is: valueOf(element) };
    const filling = (event) => {
      const element = event.target.closest?.("[data-fills]");
      const field = element?.value && element.form?.elements[element.dataset.fills];
      if (field) (field.value = element.value), touch(event);
    };
    root.addEventListener("change", filling);
    root.addEventListener("input", inputs);
    root.addEventListener("change", inputs);
    root.addEventListener("focusout", (event) => {  // what was not taken does not stay as if it had been
      const element = acting(event);
      if (element?.validity && !element.validity.valid) element.value = element.taken ?? element.defaultValue;
    });
    root.addEventListener("keydown", (event) => {  // which of several buttons is meant, only a press of one tells
      const form = event.target.tagName === "INPUT" && event.target.form;
      if (event.key === "Enter" && form && form.querySelectorAll("[type=submit]").length > 1) event.preventDefault();
    });
    root.addEventListener("click", (event) => {
      const element = acting(event);
      if (element?.tagName === "BUTTON") tell(element.dataset.do, element.dataset.value ?? "");
    });
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      if (form.dataset.entry === undefined) return tell(form.dataset.do, fields(form));
      await record(form, event.submitter);
    });

    const record = async (form, submitter) => {
      const entry = { ...JSON.parse(form.dataset.entry), ...fields(form) };
      if (submitter?.name) entry[submitter.name] = submitter.value;
      if (form.dataset.seen) entry.seen = Number(form.dataset.seen);
      entry.greeted = root.dataset.name;
      submitter && (submitter.disabled = true);
      const { status, told } = await asked("desk/entries", entry).catch(() => ({ status: 0, told: {} }));
      submitter && (submitter.disabled = false);
      if (status === 200) {
        form.reset();
        form.touched = false;
        drafts.delete(form.id);
        recorded = told.told;
        form.querySelector(".gy-answer")?.remove();
        return tell("recorded", told.seq);
      }
      form.touched = true;  // the answer stays until it is read
      if (told.overtaken_by) form.dataset.seen = told.overtaken_by;  // sent again, it answers what was just shown
      let line = form.querySelector(".gy-answer");
      if (!line) form.append((line = Object.assign(document.createElement("p"), { className: "gy-answer" })));
      line.setAttribute("role", "alert");
      line.textContent = status === 403 ? NOBODY : told.message || UNSENT;
    };

    const keys = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
      const element = root.querySelector(`[data-keys="${CSS.escape(event.key)}"]`);
      if (element) (event.preventDefault(), element.click());
    };
    document.addEventListener("keydown", keys);

    const greet = async () => {
      const { status, told } = await asked("desk/me").catch(() => ({ status: 0, told: {} }));
      root.dataset.role = status === 200 ? told.role : "nobody";
      root.dataset.name = told.name ?? "";
      bar.textContent = status === 200 ? told.greeting : "";
      const out = Object.assign(document.createElement("a"), { href: base(), textContent: told.back ?? "" });
      bar.append(out);
    };
    if (base() !== null) greet();
    tell("tick", "");  // the page was drawn when its desk was made ready, perhaps long ago
    if (location.hash.length > 1) tell("tab", location.hash.slice(1));
    const clock = setInterval(() => waiting || next.size || tell("tick", ""), WAIT);
    return () => {
      clearInterval(clock);
      document.removeEventListener("keydown", keys);
    };
  },
};
