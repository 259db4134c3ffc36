/**
 * Reads a site's whole export from a server, page by page. Complete or an error; never a part.
 */
import { type ExportPage, exportPageSchema } from '../protocol/export-page.ts';
import { problemSchema } from '../protocol/problem.ts';
import { MAX_EXPORT_PAGE_ROWS, ROUTES } from '../protocol/protocol-limits.ts';

/** Why nothing could be pulled, for the person who tried. */
export class PullError extends Error {
  override readonly name = 'PullError';
  /** What to do, one sentence. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
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

/** The pages in the order of the site's log. Rejects with `PullError`. */
export async function* readExport(source: ExportSource): AsyncGenerator<ExportPage> {
  let after = 0;
  let generation: string | undefined;
  for (;;) {
    const page = await readPage(source, after);
    if (generation !== undefined && page.generation !== generation) {
      throw new PullError(
        `pull from ${source.serverUrl}: the server changed its database during the pull`,
        'Run the pull again.',
      );
    }
    generation = page.generation;
    yield page;
    if (page.next === null) return;
    after = page.next;
  }
}

async function readPage(source: ExportSource, after: number): Promise<ExportPage> {
  const { serverUrl, researcherToken, pageRows = MAX_EXPORT_PAGE_ROWS, signal } = source;
  const where = `pull from ${serverUrl}`;
  const url = new URL(ROUTES.exportEvents, serverUrl);
  url.search = new URLSearchParams({ after: String(after), limit: String(pageRows) }).toString();

  let reply: Response;
  let body: unknown;
  try {
    reply = await (source.fetch ?? fetch)(url, {
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
    const page = exportPageSchema.safeParse(body);
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
