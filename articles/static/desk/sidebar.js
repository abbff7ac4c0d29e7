// The list of everything beside the page stays closed until somebody opens it: what is worked on needs the width.
// It runs before Django's own script, which remembers what they chose.
"use strict";
try {
  const kept = "django.admin.navSidebarIsOpen";
  if (localStorage.getItem(kept) === null) localStorage.setItem(kept, "false");
} catch {
  // Where nothing may be kept, Django's script decides.
}
