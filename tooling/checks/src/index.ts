export { checkGivenOnce } from "./check-given-once.ts";
export { checkOptions, pick, type Rules, type RuleTable } from "./check-options.ts";
export { checkContext, checkTensor, checkTensors, tensor } from "./check-tensor.ts";
export {
  checkArray,
  checkList,
  checkLists,
  checkObject,
  checkObjects,
  checkText,
  checkTextInputs,
  checkTexts,
  type NoText,
} from "./check-texts.ts";
export { checkValue } from "./check-value.ts";
export { readInto, writeAll } from "./file-transfer.ts";
export { checkJsonDepth } from "./json-depth.ts";
export { limitLength } from "./limit-length.ts";
export { didYouMean } from "./nearest.ts";
export { nextTask } from "./next-task.ts";
export { pageWorker, type PageWorker } from "./page-worker.ts";
export { parseArgsMessage } from "./parse-args-message.ts";
export {
  anything,
  arrayOf,
  callable,
  either,
  encodingLabel,
  listOf,
  number,
  object,
  oneOf,
  required,
  text,
  trueOrFalse,
  wholeNumber,
  type NumberRange,
  type Rule,
} from "./rule.ts";
export { isSendable, receivedError, sentError, type SentError } from "./sent-error.ts";
export { shortenMessage } from "./shorten-message.ts";
export { isClass, messageOf, shown } from "./shown.ts";
export { standIn } from "./stand-in.ts";
export { unusedProxy } from "./unused-proxy.ts";
export {
  bareTag,
  continuesTag,
  hasTagPrefix,
  isTag,
  tagOf,
  tagSchemes,
  validTags,
  type Tag,
  type TagScheme,
} from "./tag-scheme.ts";
export { utf16Of } from "./utf16-of.ts";
