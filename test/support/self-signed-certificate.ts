/**
 * A certificate for 127.0.0.1 and localhost, made anew in every test, so that no private key lies in the repository. X.509 v3 in DER
 * (RFC 5280), signed with ECDSA over P-256. It doesn't prove anything about chains, revocation or public authorities.
 */
import { generateKeyPairSync, randomBytes, randomUUID, sign, X509Certificate } from 'node:crypto';

export interface SelfSigned {
  /** PEM. */
  readonly key: string;
  /** PEM; trusting it makes it its own authority. */
  readonly cert: string;
}

const DAY_MS = 86_400_000;
const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  subjectAltName: '0603551d11',
  basicConstraints: '0603551d13',
};

const der = (tag: number, ...contents: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(
    contents.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
  );
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const size = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 + size.length]), size, body]);
};
const sequence = (...contents: (Buffer | string)[]): Buffer => der(0x30, ...contents);
const time = (at: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

export function selfSignedCertificate(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(OID.ecdsaWithSha256);
  // Its own name: of several with one name, a client that trusts them all looks at the first only.
  const name = sequence(
    der(0x31, sequence(OID.commonName, der(0x0c, Buffer.from(`stand-in ${randomUUID()}`)))),
  );
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(OID.subjectAltName, der(0x04, names)),
    sequence(OID.basicConstraints, der(0x01, 'ff'), der(0x04, sequence(der(0x01, 'ff')))),
  );
  const content = sequence(
    der(0xa0, der(0x02, '02')),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', content, privateKey);
  const cert = sequence(content, algorithm, der(0x03, '00', signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: new X509Certificate(cert).toString(),
  };
}
