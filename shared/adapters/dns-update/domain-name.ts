/** A name in wire form, in lower case and without compression: how signatures and comparisons want it (RFC 4034 6.2). */
export const nameToWire = (name: string): Buffer => {
  const labels = name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1');
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
};

/** The offset after a name in a message. Throws a RangeError where the message ends before it does. */
export const afterName = (message: Buffer, offset: number): number => {
  for (let at = offset; ;) {
    const length = message.readUInt8(at);
    if (length === 0) return at + 1;
    // A pointer ends a name (RFC 1035 4.1.4).
    if ((length & 0xc0) === 0xc0) return at + 2;
    at += 1 + length;
  }
};

/** Relative to a zone; `@` is the zone itself. */
export const absoluteName = (name: string, zone: string): string => (name === '@' ? zone : `${name}.${zone}`);
