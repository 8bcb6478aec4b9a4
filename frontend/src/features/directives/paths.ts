/** Where the ready directive texts are kept. */
export const templatesPath = '/mau-chi-dao';
