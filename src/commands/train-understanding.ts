/**
 * Trains the understanding when its phrases, concepts or rules changed, so that nothing has to wait for it at start.
 *
 * @module
 */
import { loadUnderstanding } from "../http/load-understanding.ts";
import { projectRoot } from "../http/project-root.ts";

loadUnderstanding(projectRoot());
