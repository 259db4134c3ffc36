/** Loaded before a program (`--import`): onnxruntime is then as on a machine it was not made for. */
import { register } from 'node:module';

const HOOKS = `export async function resolve(name, context, next) {
  if (name === 'onnxruntime-node') throw new Error('no build for this machine');
  return next(name, context);
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
