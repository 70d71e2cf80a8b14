// An address is copied at a press; as old browsers do it, which also works without https.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  document.querySelector(button.dataset.copy).select();
  if (document.execCommand("copy")) button.querySelector("span").textContent = button.dataset.copied;
});
