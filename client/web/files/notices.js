// The few words the page says itself: a notice over everything, a strip at the foot, the splash.

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter(Boolean));
  return made;
}

function place(id, made) {
  document.getElementById(id)?.remove();
  made.id = id;
  document.body.append(made);
}

export function showNotice({ title, text, detail, action, onAction }) {
  place("notice", element("div", { role: "alert" },
    element("h1", { textContent: title }),
    element("p", { textContent: text }),
    detail && element("pre", { textContent: detail }),
    action && element("button", { textContent: action, onclick: onAction })));
}

export function hideNotice() {
  document.getElementById("notice")?.remove();
}

export function showStrip({ text, action, onAction }) {
  const strip = element("div", { role: "status" },
    element("span", { textContent: text }),
    element("button", { textContent: action, onclick: onAction }),
    element("button", { textContent: "Later", className: "quiet", onclick: hideStrip }));
  place("strip", strip);
}

export function hideStrip() {
  document.getElementById("strip")?.remove();
}

export function hideSplash() {
  document.getElementById("splash")?.remove();
}
