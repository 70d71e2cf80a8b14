// What dispatchers do with the mouse and the keys.
