/** How a page of an export is asked for. */
import { z } from 'zod';
import {
  EXPORT_PAGE_ROWS,
  MAX_EXPORT_PAGE_ROWS,
  MAX_QUARANTINE_PAGE_ROWS,
  QUARANTINE_PAGE_ROWS,
} from './protocol-limits.ts';

const wholeNumber = z.string().regex(/^\d{1,15}$/, 'must be a whole number');

function pageQuery(pageRows: number, maxPageRows: number) {
  return z.object({
    /** `next` of the page before; 0 for the beginning. */
    after: wholeNumber.transform(Number).default(0),
    limit: wholeNumber.transform(Number).pipe(z.int().min(1).max(maxPageRows)).default(pageRows),
  });
}

export const exportQuerySchema = pageQuery(EXPORT_PAGE_ROWS, MAX_EXPORT_PAGE_ROWS);

export const quarantineQuerySchema = pageQuery(QUARANTINE_PAGE_ROWS, MAX_QUARANTINE_PAGE_ROWS);
