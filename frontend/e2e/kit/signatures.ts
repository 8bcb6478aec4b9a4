/** What the validator answers about signed files, each a case that people meet. */
import type { CertifiedName, FileSignature, SignatureReport } from '../../src/lib/api/model';

const ago = (days: number) => new Date(Date.now() - days * 86_400_000 - 60_000).toISOString();
const ca: CertifiedName = { name: 'Cơ quan chứng thực số Sơn Giang', organisation: 'Tỉnh Sơn Giang', subject: 'CN=Cơ quan chứng thực số Sơn Giang,O=Tỉnh Sơn Giang,C=VN' };
const leader: CertifiedName = { name: 'Nguyễn Thị Hà', organisation: 'Ủy ban nhân dân xã Đồng Tâm', unit: 'Lãnh đạo Ủy ban nhân dân', subject: 'CN=Nguyễn Thị Hà,O=Ủy ban nhân dân xã Đồng Tâm,C=VN' };
const seal: CertifiedName = { name: 'Ủy ban nhân dân xã Đồng Tâm', organisation: 'Tỉnh Sơn Giang', subject: 'CN=Ủy ban nhân dân xã Đồng Tâm,O=Tỉnh Sơn Giang,C=VN' };

const signature = (change: Partial<FileSignature>): FileSignature => ({
  field: 'Ky1', kind: 'approval', sub_filter: 'ETSI.CAdES.detached', indication: 'TOTAL-PASSED', signer: leader, issuer: ca,
  certificate: { serial: '4f1a09c2d77be003', not_before: '2026-01-05T00:00:00Z', not_after: '2031-01-05T00:00:00Z', sha256: 'ab'.repeat(32) },
  claimed_time: '2026-11-20T02:14:30Z', level: 'B-B', algorithms: { hash: 'SHA-256', key: 'RSA 3072' }, covers: { whole_file: true, revision: 1, of: 1 },
  revocation: { state: 'good', source: 'crl', origin: 'cache', this_update: ago(9), age_seconds: 9 * 86_400 }, ...change,
});
const stamp = (time: string) => ({ timestamp: { time, by: 'Dịch vụ dấu thời gian Sơn Giang', trusted: true }, proven_time: time, level: 'B-LTA' });

/** The leader's and the office's, both with time stamps and with their evidence in the file. */
export const twoGood: SignatureReport = {
  indication: 'TOTAL-PASSED', revisions: 2,
  signatures: [
    signature({
      ...stamp('2026-11-20T02:14:38Z'), kind: 'certification', covers: { whole_file: false, revision: 1, of: 2 },
      revocation: { state: 'good', source: 'crl', origin: 'document', this_update: ago(9), age_seconds: 9 * 86_400 },
      changes: [{ revision: 2, kind: 'field_value', field: 'SoVB', page: 1, allowed: true }, { revision: 2, kind: 'signature_added', field: 'CoQuan', page: 1, allowed: true }],
    }),
    signature({ ...stamp('2026-11-20T03:02:11Z'), field: 'CoQuan', signer: seal, covers: { whole_file: true, revision: 2, of: 2 }, revocation: { state: 'good', source: 'ocsp', origin: 'document', this_update: ago(2) } }),
  ],
};

/** Somebody put other words on page 2. */
export const changed: SignatureReport = {
  indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', revisions: 2,
  signatures: [signature({
    indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', covers: { whole_file: false, revision: 1, of: 2 },
    changes: [{ revision: 2, kind: 'info', object: '12 0', allowed: true }, { revision: 2, kind: 'page_content', object: '7 0', key: 'Contents', page: 2, allowed: false }],
    findings: [{ code: 'changed_after_signing', data: { kind: 'page_content', revision: 2, object: '7 0', page: 2, field: '' }, text: 'after signing, something was changed that may not be' }],
  })],
};

/** On a laptop without a line: an issuer that is not known, and nothing about revocation. */
export const offline: SignatureReport = {
  indication: 'INDETERMINATE', sub_indication: 'NO_CERTIFICATE_CHAIN_FOUND', revisions: 1,
  signatures: [signature({
    indication: 'INDETERMINATE', sub_indication: 'NO_CERTIFICATE_CHAIN_FOUND', revocation: { state: 'unknown' },
    findings: [
      { code: 'not_pades', data: { sub_filter: 'adbe.pkcs7.detached' }, text: 'a signature in the older form' },
      { code: 'certificate', data: { reason: 'no_issuer', detail: '', certificate: leader.name }, text: 'the certificate is not believed' },
    ],
  })],
};

/** No reader can tell what it shows. */
export const malformed: SignatureReport = {
  indication: 'TOTAL-FAILED', sub_indication: 'FORMAT_FAILURE', revisions: 0, signatures: [],
  findings: [{ code: 'malformed', data: { detail: 'xref' }, text: 'the file is not a PDF that can be read in one way only' }],
};
