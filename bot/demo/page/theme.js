// Light or dark: the system's choice until the person makes one.

const KEY = "shortlist-theme";
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");

const current = () => root.dataset.theme ?? (system.matches ? "dark" : "light");

export function startTheme(button, draw) {
  const saved = localStorage.getItem(KEY);
  if (saved) root.dataset.theme = saved;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, root.dataset.theme);
    draw(current());
  });
  system.addEventListener("change", () => draw(current()));
  draw(current());
}
