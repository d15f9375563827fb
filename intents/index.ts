/** Front door: what did they mean? Everything outside this folder enters here. */
export { checkCatalogue } from "./check-catalogue.ts";
export { customerWordsKey, readCustomerWords, senseFinder } from "./customer-words.ts";
export { type FileNews, followFiles } from "./follow-files.ts";
export { openLab } from "./lab/open-lab.ts";
export { likenessOf } from "./likeness.ts";
export { reasonIn } from "./mood/signals.ts";
export { openRecogniser } from "./open-recogniser.ts";
export { formatFault, OperatorDataError } from "./operator-file.ts";
export { OUT_OF_SCOPE, SLOT_ANSWER } from "./understand.ts";
export type * from "./understanding.ts";
