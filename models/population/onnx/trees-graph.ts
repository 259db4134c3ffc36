/**
 * Forests and boosted trees as ONNX. TreeEnsemble gives a leaf one number for one target; ours have six. So each tree
 * is a target of its own whose number is the leaf's row, exact in float32 up to 2^24, and Gather fetches the values:
 * with rounded leaves a quarter of the bytes of TreeEnsembleRegressor, which writes tree, node and target for each value.
 */
import type { Trees, TreesFit } from '../learners/fits.ts';
import { type GraphBuilder, type TensorName, tensorOf } from './graph-builder.ts';
import { packLeaves } from './leaf-packing.ts';

/** Mode of a node that sends x <= split to its true side (ai.onnx.ml.TreeEnsemble-5). */
const BRANCH_LEQ = 0;

/** Trees in one operator: as many as have numbers of one varint byte, and nodes as many as have two. */
const MOST_TREES = 2 ** 7;
const MOST_NODES = 2 ** 14;

interface Branch {
  readonly node: number;
  readonly isLeaf: 0 | 1;
}

/** TreeEnsemble's attributes, one array each. */
function emptyEnsemble() {
  return {
    roots: [] as number[],
    features: [] as number[],
    splits: [] as number[],
    trueNodes: [] as number[],
    trueLeaves: [] as number[],
    falseNodes: [] as number[],
    falseLeaves: [] as number[],
    leafTrees: [] as number[],
    leafRows: [] as number[],
  };
}
type Ensemble = ReturnType<typeof emptyEnsemble>;

/** Adds a subtree in preorder and tells where it begins. */
function addSubtree(ensemble: Ensemble, trees: Trees, at: number, tree: number): Branch {
  const feature = trees.feature[at]!;
  if (feature < 0) {
    ensemble.leafTrees.push(tree);
    return { node: ensemble.leafRows.push(trees.left[at]!) - 1, isLeaf: 1 };
  }
  const node = ensemble.features.push(feature) - 1;
  ensemble.splits.push(trees.threshold[at]!);
  const onTrue = addSubtree(ensemble, trees, trees.left[at]!, tree);
  ensemble.trueNodes[node] = onTrue.node;
  ensemble.trueLeaves[node] = onTrue.isLeaf;
  const onFalse = addSubtree(ensemble, trees, trees.right[at]!, tree);
  ensemble.falseNodes[node] = onFalse.node;
  ensemble.falseLeaves[node] = onFalse.isLeaf;
  return { node, isLeaf: 0 };
}

function addTree(ensemble: Ensemble, trees: Trees, root: number): void {
  const tree = ensemble.roots.length;
  if (trees.feature[root]! >= 0) {
    ensemble.roots.push(addSubtree(ensemble, trees, root, tree).node);
    return;
  }
  // A tree that never split: the operator wants a branch, and onnxruntime 1.27 mistakes one whose sides are the same
  // leaf (it takes the branch's index for the leaf's). So both sides get a leaf, of the same row.
  ensemble.roots.push(ensemble.features.push(0) - 1);
  ensemble.splits.push(0);
  ensemble.trueNodes.push(addSubtree(ensemble, trees, root, tree).node);
  ensemble.trueLeaves.push(1);
  ensemble.falseNodes.push(addSubtree(ensemble, trees, root, tree).node);
  ensemble.falseLeaves.push(1);
}

/** Whether another tree like those there would overrun. */
function isFull({ roots, features }: Ensemble): boolean {
  return roots.length === MOST_TREES || features.length * (1 + 1 / roots.length) > MOST_NODES;
}

function ensemblesOf(trees: Trees): Ensemble[] {
  const ensembles: Ensemble[] = [];
  for (const root of trees.roots) {
    if (ensembles.length === 0 || isFull(ensembles.at(-1)!)) ensembles.push(emptyEnsemble());
    addTree(ensembles.at(-1)!, trees, root);
  }
  return ensembles;
}

/** `z` float32 [songs, features] → float32 [songs, trees]: the row of leafValues each song ends in. */
function ensembleGraph(graph: GraphBuilder, z: TensorName, ensemble: Ensemble): TensorName {
  const nodes = ensemble.features.length;
  const modes = new Uint8Array(nodes).fill(BRANCH_LEQ);
  return graph.apply('TreeEnsemble', [z], {
    domain: 'ai.onnx.ml',
    attributes: {
      leaf_targetids: { ints: ensemble.leafTrees },
      leaf_weights: { tensor: tensorOf(Float32Array.from(ensemble.leafRows), [ensemble.leafRows.length]) },
      n_targets: { int: ensemble.roots.length },
      nodes_falseleafs: { ints: ensemble.falseLeaves },
      nodes_falsenodeids: { ints: ensemble.falseNodes },
      nodes_featureids: { ints: ensemble.features },
      nodes_modes: { tensor: tensorOf(modes, [nodes]) },
      nodes_splits: { tensor: tensorOf(Float32Array.from(ensemble.splits), [nodes]) },
      nodes_trueleafs: { ints: ensemble.trueLeaves },
      nodes_truenodeids: { ints: ensemble.trueNodes },
      tree_roots: { ints: ensemble.roots },
    },
  });
}

/** `z` float32 [songs, features] → float64 [songs, targets]. */
export function treesGraph(graph: GraphBuilder, z: TensorName, fit: TreesFit): TensorName {
  const { trees, targets, intercepts, scale } = fit;
  const rows = ensemblesOf(trees).map((ensemble) => ensembleGraph(graph, z, ensemble));
  const allRows = graph.apply('Concat', rows, { attributes: { axis: { int: 1 } } });
  const packed = packLeaves(trees.leafValues);
  const shape = [trees.leafValues.length / targets, targets];
  const values = graph.constant(packed?.codes ?? trees.leafValues, shape);
  const leaves = graph.cast(graph.apply('Gather', [values, graph.cast(allRows, 'int64')]), 'float64');
  const sum = graph.apply('ReduceSum', [leaves, graph.integers(1)], { attributes: { keepdims: { int: 0 } } });
  const scaled = graph.apply('Mul', [sum, graph.double(scale * (packed?.step ?? 1))]);
  return graph.apply('Add', [scaled, graph.doubles(intercepts, [targets])]);
}
