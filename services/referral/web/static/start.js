// Turns on the design system's touches; every page works without them.
import { initAll } from "./vendor/nhsuk-frontend-10.6.1.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
