/**
 * The text of documents as pdf.js gives it: each piece with left, base (from the
 * lower edge of A4) and width. Letters are 10.5 points high.
 */
import type { PdfPages, TextPage } from '@/ui';

export type Pieces = [string, number, number, number];

const height = 841.9;

export function pageOf(pieces: readonly Pieces[], index = 0, size = 10.5): TextPage {
  return {
    index, width: 595.3, height, transform: [1, 0, 0, -1, 0, height],
    runs: pieces.map(([text, left, base, width]) => ({ text, left, base: height - base, width, size })),
  };
}

/** A document of such pages, and which of them were read. */
export function fileOf(pages: ReadonlyArray<readonly Pieces[]>): PdfPages & { read: number[] } {
  const read: number[] = [];
  return { read, count: pages.length, page: async (index) => (read.push(index), pageOf(pages[index] ?? [], index)) };
}

/** A decision of a commune: two columns in the header, nothing but blanks for number and date, the name on the second page. */
export const decision: Pieces[][] = [
  [
    ['ỦY BAN NHÂN DÂN', 121.2, 773.9, 118.3], ['XÃ ĐỒNG TÂM', 136.4, 761.6, 88.1], ['_______', 162, 749.3, 36.7],
    ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 279, 773.9, 256.2], ['Độc lập - Tự do - Hạnh phúc', 324.3, 761.6, 165.6], ['________', 386.2, 749.3, 41.9],
    ['Số:', 127.6, 720.1, 17.1], ['/QĐ-UBND', 174.9, 720.1, 58.3], ['Đồng Tâm, ngày', 300.4, 720.1, 87.2], ['tháng', 408.5, 720.1, 30.7],
    ['năm 2026', 459.9, 720.1, 52.9], ['QUYẾT ĐỊNH', 272.5, 692.2, 78.8], ['Về việc thành lập Tổ công nghệ số cộng đồng', 178.6, 679.9, 266.4],
    ['CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ', 209.9, 653.4, 203.9], ['Xét đề nghị của ông Nguyễn Văn Hòa, Trưởng phòng Văn hóa - Xã hội; theo ý kiến', 85.2, 627, 452.2],
    ['của bà Nguyễn Thị Hà, Chủ tịch Ủy ban nhân dân xã tại cuộc họp giao ban tháng 11', 85.2, 614.7, 452.5], ['năm 2026.', 85.2, 602.5, 56.3],
    ['Điều 1.', 85.2, 576, 42.3], ['Thành lập Tổ công nghệ số cộng đồng xã Đồng Tâm gồm các ông, bà có tên', 131.1, 576, 406.9],
    ['trong danh sách kèm theo. Tổ có nhiệm vụ hướng dẫn người dân sử dụng dịch vụ', 85.2, 563.7, 452.5],
    ['công trực tuyến, thanh toán không dùng tiền mặt.', 85.2, 551.5, 266.3],
  ],
  [
    ['Điều 2.', 85.2, 775.3, 42.5], ['Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng và các ông, bà', 131.5, 775.3, 405.9],
    ['có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.', 85.2, 763.1, 324.3], ['Nơi nhận:', 86.6, 716.5, 57.7], ['- Như Điều 2;', 86.6, 704.3, 71.5],
    ['- Đảng ủy, HĐND xã;', 86.6, 692, 112], ['- Lưu: VT.', 86.6, 679.8, 52.1], ['TM. ỦY BAN NHÂN DÂN', 352.8, 735.2, 145], ['CHỦ TỊCH', 394.3, 722.8, 62.1],
    ['Nguyễn Thị Hà', 381.1, 661.1, 88.3],
  ],
];

/** A letter of a department: dots to be filled in, spaces stretched by justified lines, and an annex that names the signer again. */
export const letter: Pieces[][] = [
  [
    ['UBND TỈNH SƠN GIANG', 107.7, 774, 136.2], ['SỞ NỘI VỤ', 143.4, 761.6, 64.9], ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 274.4, 773.9, 256.2],
    ['Độc lập - Tự do - Hạnh phúc', 319.7, 761.6, 165.6], ['Số: ........../SNV-CCHC', 116.7, 732.4, 118.1], ['V/v rà soát hộ nghèo, hộ cận', 100, 720.1, 151.6],
    ['nghèo cuối năm 2026', 118.4, 707.9, 114.8], ['Sơn Giang, ngày ..... tháng 11 năm 2026', 294.8, 720.1, 214.5],
    ['Kính gửi: Ủy ban nhân dân các xã, phường', 198.8, 680.1, 226], ['Thực hiện Công văn số 1234/UBND-KGVX ngày 12 tháng 10 năm 2026 của Ủy ban', 85.2, 653.7, 452.5],
    ['nhân dân tỉnh, Sở Nội vụ đề nghị các đơn vị rà soát hộ nghèo. Đầu mối: ông Trần', 85.2, 641.4, 452.5], ['Văn Dũng, Phó Giám đốc.', 85.2, 629.2, 136.3],
    ['Ủy ban nhân dân các xã, phường báo cáo kết quả trước ngày 15 tháng 12 năm', 85.2, 602.8, 453], ['2026./.', 85.2, 590.5, 36.9], ['Nơi', 86.6, 550.1, 20.6],
    ['nhận:', 276, 550.1, 33.6], ['-', 86.6, 537.8, 3.5], ['Như', 176.1, 537.8, 22.7], ['trên;', 284.7, 537.8, 25.7], ['-', 86.6, 525.6, 3.5],
    ['Giám', 113.9, 525.6, 27.9], ['đốc', 165.5, 525.6, 19], ['Sở', 208.3, 525.6, 13.4], ['(để', 245.5, 525.6, 17.3], ['b/c);', 286.5, 525.6, 23.8],
    ['-', 86.6, 513.3, 3.5], ['PGĐ', 119.7, 513.3, 24], ['Trần', 173.1, 513.3, 25.3], ['Văn', 227.9, 513.3, 20.6], ['Dũng;', 278.1, 513.3, 32.2],
    ['- Lưu: VT, CCHC.', 86.6, 501.1, 92], ['KT. GIÁM ĐỐC', 381.2, 562.6, 88.2], ['PHÓ GIÁM ĐỐC', 378, 550.3, 94.5], ['Trần', 373.3, 488.5, 27.7],
    ['Văn', 412.1, 488.5, 22.5], ['Dũng', 445.6, 488.5, 31.7],
  ],
  [
    ['Phụ lục', 289.5, 775.3, 44.8], ['DANH SÁCH ĐẦU MỐI', 249.6, 763.1, 124.7],
    ['(Kèm theo Công văn số /SNV-CCHC ngày tháng năm 2026 của Sở Nội vụ)', 115.9, 750.8, 391.9], ['TT', 86.6, 722.3, 14], ['Họ và tên', 134, 722.3, 51.5],
    ['Chức vụ', 341.6, 722.3, 43.4], ['1', 86.6, 692.9, 6.7], ['Trần Văn Dũng', 134, 692.9, 81.1], ['Phó Giám đốc', 341.6, 692.9, 73.7], ['2', 86.6, 663.6, 6.7],
    ['Lê Thị Lan', 134, 663.6, 56.9], ['Trưởng phòng', 341.6, 663.6, 75.2],
  ],
];
