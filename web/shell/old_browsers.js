// What htmx needs and Chromium learnt after 69.
if (!Object.fromEntries) {
  Object.fromEntries = (entries) => {
    const found = {};
    for (const [name, value] of entries) found[name] = value;
    return found;
  };
}
