/**
 * Makes what would else be made at the first start: the understanding, trained anew when its phrases, concepts or
 * rules changed, and the content as it is read fastest.
 *
 * @module
 */
import { loadContent } from "../http/load-content.ts";
import { loadUnderstanding } from "../http/load-understanding.ts";
import { projectRoot } from "../http/project-root.ts";

loadUnderstanding(projectRoot());
try {
  loadContent(projectRoot());
} catch {
  // content with faults is for `dialogs:check` and the start to tell of, and no hindrance to either
}
