export { copyPart, type CopyPartResult, type PartInput } from './copy-part';
export { enumerateSource, type EnumerateResult, type PassInput } from './enumerate-source';
export type { FilesContext, SliceEnd, SliceProgress } from './files-context';
export { finishPass, type FinishPassResult } from './finish-pass';
export { exportItemLog } from './item-log';
export type { Difference } from './compare-item';
export { verifyItems, type VerifyFindings, type VerifyInput, type VerifyResult } from './verify-items';
