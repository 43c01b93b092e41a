// Everything works without this file; it only adds the behaviour of the components.
import { initAll } from "../vendor/govuk-frontend-6.3.0/govuk-frontend.min.js";

initAll();
