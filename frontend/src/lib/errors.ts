import i18next from 'i18next';
import { speak } from './errorData';

/** The classes of errors, the same in the whole product (app.Code in Go). */
const classes = ['invalid', 'not_found', 'conflict', 'forbidden', 'unauthorized', 'offline', 'full', 'internal'] as const;
type ErrorCode = (typeof classes)[number];
const codes: ReadonlySet<string> = new Set(classes);

/** What the API refuses with: a class, a reason (an i18n key) and data for the words. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, reason: string, data: Record<string, unknown> = {}) {
    super(`${code}: ${reason}`);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.data = data;
  }
}


/** Reads an error answer of the API, whatever it holds. */
export function toApiError(body: unknown, status: number): ApiError {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && codes.has(body.code)) {
    const reason = 'reason' in body && typeof body.reason === 'string' ? body.reason : body.code;
    const data = 'data' in body && typeof body.data === 'object' && body.data !== null ? body.data : {};
    return new ApiError(body.code as ErrorCode, reason, data as Record<string, unknown>);
  }
  const byStatus: Record<number, ErrorCode> = {
    400: 'invalid', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict',
    413: 'invalid', 422: 'invalid', 503: 'offline', 507: 'full',
  };
  const code = byStatus[status] ?? 'internal';
  return new ApiError(code, code);
}

/** Any thrown value as an ApiError: a failed fetch means that the program itself does not answer. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError) return new ApiError('offline', 'app.unreachable');
  return new ApiError('internal', 'internal');
}

/** The words for an error, from its reason, else from its class. */
export function errorText(error: unknown): string {
  const { code, reason, data } = asApiError(error);
  return reasonText(code, reason, data);
}

/** The words for a stored refusal. */
export function reasonText(code: string, reason: string, data: Readonly<Record<string, unknown>> = {}): string {
  // What app.Can answers has words of its own, which menus show as well.
  const key = reason.startsWith('can.') ? reason : `error.${reason}`;
  return i18next.exists(key) ? i18next.t(key, speak(data)) : i18next.t(`error.code.${codes.has(code) ? code : 'internal'}`);
}
