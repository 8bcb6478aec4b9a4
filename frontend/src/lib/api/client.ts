/** HTTP to the API, for backend.ts alone. */
import createClient from 'openapi-fetch';
import { asApiError, toApiError } from '../errors';
import type { paths } from './schema';

export const client = createClient<paths>({ baseUrl: '' });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; anything else becomes an ApiError. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  try {
    const { data, error, response } = await call;
    if (!response.ok) throw toApiError(error, response.status);
    return data as T;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw asApiError(error);
  }
}
