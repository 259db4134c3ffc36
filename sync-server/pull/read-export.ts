/**
 * Reads a site's whole export from a server, page by page. Complete or an error; never a part.
 */
import type { z } from 'zod';
import {
  type ExportPage,
  exportPageSchema,
  type QuarantinePage,
  quarantinePageSchema,
} from '../protocol/export-page.ts';
import { problemSchema } from '../protocol/problem.ts';
import { MAX_EXPORT_PAGE_ROWS, MAX_QUARANTINE_PAGE_ROWS, ROUTES } from '../protocol/protocol-limits.ts';

/** Why nothing could be pulled, for the person who tried. */
export class PullError extends Error {
  override readonly name: string = 'PullError';
  /** What to do, one sentence. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** What was read so far and what comes next do not belong together: begin again from nothing. */
export class ExportChangedError extends PullError {
  override readonly name = 'ExportChangedError';
}

export interface ExportSource {
  readonly serverUrl: string;
  readonly researcherToken: string;
  /** Rows asked for at a time. */
  readonly pageRows?: number;
  /** Ends the pull. */
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
}

/** One page of 5,000 rows takes well under a second to read; this is for a bad link. */
const PAGE_TIMEOUT_MS = 60_000;

/**
 * The pages in the order of the site's log. Rejects with `PullError`, and with `ExportChangedError` when the server was
 * restored meanwhile.
 */
export async function* readExport(source: ExportSource): AsyncGenerator<ExportPage> {
  const pageRows = source.pageRows ?? MAX_EXPORT_PAGE_ROWS;
  let after = 0;
  let generation: string | undefined;
  for (;;) {
    const page = await readPage(source, ROUTES.exportEvents, { after, limit: pageRows }, exportPageSchema);
    generation ??= page.generation;
    refuseOtherGeneration(source, page, generation);
    yield page;
    if (page.next === null) return;
    after = page.next;
  }
}

/**
 * The pages of the quarantine, as it was after `lastPage` of the events or later. Rejects as `readExport` does, and with
 * `ExportChangedError` also when events left the quarantine since that page (they may be in neither then), or came or
 * left between two pages of it.
 */
export async function* readQuarantine(
  source: ExportSource,
  lastPage: Pick<ExportPage, 'generation' | 'quarantined'>,
): AsyncGenerator<QuarantinePage> {
  const limit = MAX_QUARANTINE_PAGE_ROWS;
  let after = 0;
  let quarantined: number | undefined;
  for (;;) {
    const page = await readPage(source, ROUTES.exportQuarantine, { after, limit }, quarantinePageSchema);
    refuseOtherGeneration(source, page, lastPage.generation);
    quarantined ??= page.quarantined;
    if (page.quarantined !== quarantined || quarantined < lastPage.quarantined) {
      throw new ExportChangedError(
        `pull from ${source.serverUrl}: the quarantine changed during the pull`,
        'Run the pull again.',
      );
    }
    yield page;
    if (page.next === null) return;
    after = page.next;
  }
}

function refuseOtherGeneration(
  { serverUrl }: ExportSource,
  page: { readonly generation: string },
  generation: string,
): void {
  if (page.generation === generation) return;
  throw new ExportChangedError(
    `pull from ${serverUrl}: the server changed its database during the pull`,
    'Run the pull again.',
  );
}

async function readPage<T extends z.ZodType>(
  { serverUrl, researcherToken, signal, fetch: ask = fetch }: ExportSource,
  route: string,
  query: { readonly after: number; readonly limit: number },
  schema: T,
): Promise<z.output<T>> {
  const where = `pull from ${serverUrl}`;
  const url = new URL(route, serverUrl);
  url.search = new URLSearchParams({ after: String(query.after), limit: String(query.limit) }).toString();

  let reply: Response;
  let body: unknown;
  try {
    reply = await ask(url, {
      headers: { authorization: `Bearer ${researcherToken}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PAGE_TIMEOUT_MS)]),
    });
    body = parseJson(await reply.text());
  } catch (error) {
    if (signal.aborted) throw new PullError(`${where}: stopped`, 'Nothing was written.', { cause: error });
    throw new PullError(
      `${where}: ${reasonOf(error)}`,
      'Check that the server runs ("amecs server") and that --server is its address.',
      { cause: error },
    );
  }
  if (reply.ok) {
    const page = schema.safeParse(body);
    if (page.success) return page.data;
  }
  const problem = problemSchema.safeParse(body);
  if (problem.success)
    throw new PullError(`${where}: ${sentencePart(problem.data.title)}`, problem.data.hint);
  throw new PullError(
    `${where}: what answers there (status ${reply.status}) is not an AMECS server of this version`,
    'Check --server, and that server and command are of the same version.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  return cause instanceof Error ? cause.message || String(code) : message;
}

/** A title as the end of another sentence. */
function sentencePart(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1).replace(/\.$/, '');
}
