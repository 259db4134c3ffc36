/**
 * Opens the page with the on-screen buttons: its token is kept in a file only this user can read, and a taken port
 * is no reason to have no buttons.
 */
import { createBoxFiles } from './box-files.ts';
import type { Panel, PanelOptions } from './panel/panel.ts';
import { createPanelToken } from './panel/panel-sessions.ts';

const TOKEN_FILE = 'panel-token';

/** The panel, or undefined when none can be opened; `onFault` is told why, and what was done about it. */
export async function openPanel(
  options: Omit<PanelOptions, 'token'> & { readonly folder: string },
  onFault: (sentence: string) => void,
): Promise<Panel | undefined> {
  const { folder, ...panelOptions } = options;
  const token = await keepToken(folder);
  // A third of all that the box loads; the threads and processes it has started begin meanwhile.
  const { createPanel, PanelStartError } = await import('./panel/panel.ts');
  try {
    return await createPanel({ ...panelOptions, token });
  } catch (error) {
    if (!(error instanceof PanelStartError)) throw error;
    if (error.reason !== 'portInUse' && error.reason !== 'portNotAllowed') {
      onFault(`${error.message}.`);
      return undefined;
    }
    const panel = await createPanel({ ...panelOptions, port: 0, token });
    onFault(
      `Port ${options.port} is ${error.reason === 'portInUse' ? 'used by another program' : 'not allowed for this user'}, ` +
        `so the buttons are on port ${panel.port} this time. Choose a port with --port.`,
    );
    return panel;
  }
}

/** The same token at every start, so that a page left open finds its way back. */
async function keepToken(folder: string): Promise<string> {
  const files = createBoxFiles(folder);
  const kept = Buffer.from((await files.read(TOKEN_FILE)) ?? [])
    .toString('utf8')
    .trim();
  if (/^[\w-]{43}$/.test(kept)) return kept;
  const token = createPanelToken();
  await files.writeWhole(TOKEN_FILE, `${token}\n`);
  return token;
}
