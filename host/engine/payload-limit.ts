/** Engine payloads (inputs, outputs, events, custom status) are references, not documents: 900 KB of JSON, in both homes. */
export const MAX_PAYLOAD_BYTES = 921_600;
/** Azure refuses a custom status from 17 KiB of UTF-16 on. */
const MAX_CUSTOM_STATUS_KIB = 16;

/** What is wrong with a payload's size, or null. `what` names it: "The input of activity 'copy'". */
export const payloadProblem = (what: string, json: string): string | null => {
  // A UTF-16 unit takes at most three bytes, so most payloads need no counting.
  if (json.length * 3 <= MAX_PAYLOAD_BYTES) return null;
  const sizeBytes = Buffer.byteLength(json);
  return sizeBytes <= MAX_PAYLOAD_BYTES
    ? null
    : `${what} has ${sizeBytes} bytes of JSON; the limit is ${MAX_PAYLOAD_BYTES}. Store the data and pass a reference.`;
};

export const customStatusProblem = (json: string): string | null => {
  const sizeKib = Math.floor((json.length * 2) / 1024);
  return sizeKib <= MAX_CUSTOM_STATUS_KIB
    ? null
    : `The UTF-16 size of the JSON-serialized payload must not exceed ${MAX_CUSTOM_STATUS_KIB} KB. The current payload size is ${sizeKib} KB.`;
};
