// Finds every exported function, constructor and method that takes an options object, from the types of all entry points.
import { join } from "node:path";
import ts from "typescript";
import { publicPackages, root } from "@bertkit/testing/packages";

/** The kinds of values of an option, and whether it is optional. */
export interface OptionType {
  readonly name: string;
  readonly optional: boolean;
  readonly kinds: ReadonlySet<OptionKind>;
}

export type OptionKind = "number" | "boolean" | "text" | "choice" | "function" | "list" | "object" | "anything";

export interface FunctionWithOptions {
  /** Such as "@bertkit/nn: new Dense(options)". */
  readonly name: string;
  readonly options: readonly OptionType[];
}

/**
 * Interfaces that are data, not options, such as a model or a batch. A parameter of one of these types does not count as
 * options.
 */
const data = new Set(
  (
    "Bert LiveOutput CorpusSettings PipelineModel FolderConfig EncoderInputs EncoderOutputs EncodedBatch Encoder Folder RandomAccess FilePlace Head Pass " +
    "TensorSource SavedTensors StageState TrainingParts DatasetParts ChoiceInput ChoiceBatch ChoiceTensors RankingBatch RankingTensors QuestionBatch " +
    "QuestionTensors ClassificationBatch ClassificationTensors TokenBatch TokenTensors QuestionInput QuestionExample " +
    "MaskedLmScorer FillMaskModel FeatureModel QuestionModel ClassificationModel PretrainedParts PretrainingBatch PretrainingTensors " +
    "Objective Optimizer Vocabulary Tokenizer TokenizerParts SpecialTokenNames WindowLogits SquadExample Layout Mixer Normalizer " +
    "NormalizationSteps Context SafetensorsFile AttentionMask TokenRows Dialect BertNormalizer"
  ).split(" "),
);

/** All functions by name; each once, under the first entry point that exports it. */
export function functionsWithOptions(): FunctionWithOptions[] {
  const entryPoints = publicPackages.flatMap(({ path, manifest }) =>
    Object.entries(manifest.exports)
      .filter(([, target]) => target.endsWith(".ts"))
      .map(([name, target]) => ({ name: manifest.name + name.slice(1), file: join(path, target) })),
  );
  // The umbrella last, so that re-exported functions are listed under their own package.
  entryPoints.sort((a, b) => Number(a.name.startsWith("bertkit")) - Number(b.name.startsWith("bertkit")));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(
    entryPoints.map(({ file }) => file),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  const found = new Map<string, FunctionWithOptions>();

  for (const { name: entryPoint, file } of entryPoints) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.valueDeclaration === undefined) continue;
      const type = checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
      const name = `${entryPoint}: ${symbol.name}`;
      for (const signature of type.getCallSignatures()) visit(name, signature);
      for (const signature of type.getConstructSignatures())
        if (!isPrivate(signature)) visit(`${entryPoint}: new ${symbol.name}`, signature);
      if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
      for (const member of [...checker.getDeclaredTypeOfSymbol(symbol).getProperties(), ...type.getProperties()]) {
        if (member.valueDeclaration === undefined || member.name.includes("#")) continue;
        const signatures = checker.getTypeOfSymbolAtLocation(member, member.valueDeclaration).getCallSignatures();
        for (const signature of signatures) visit(`${name}.${member.name}`, signature);
      }
    }
  }
  return [...found.values()];

  function visit(name: string, signature: ts.Signature): void {
    for (const [place, parameter] of signature.getParameters().entries()) {
      const { valueDeclaration: declaration } = parameter;
      if (declaration === undefined || !isOurs(declaration)) continue;
      const type = checker.getTypeOfSymbolAtLocation(parameter, declaration);
      const types = partsOf(type).filter((part) => isOptions(part, parameter.name));
      if (types.length === 0) continue;
      // Overloads have a declaration each, and one body.
      const body = checker.getSymbolAtLocation((declaration.parent as ts.FunctionDeclaration).name ?? declaration);
      const of = body?.valueDeclaration ?? declaration.parent;
      const key = `${of.getSourceFile().fileName}:${of.pos}:${place}`;
      const shown = parameter.name.startsWith("__") ? `#${place}` : parameter.name;
      const full = `${name}(${shown})`;
      const known = found.get(key);
      if (known !== undefined && known.name !== full) continue;
      const options = new Map(known?.options.map((option) => [option.name, option]));
      for (const part of types)
        for (const property of part.getProperties()) options.set(property.name, optionOf(property, declaration));
      found.set(key, { name: full, options: [...options.values()] });
    }
  }

  function isPrivate({ declaration }: ts.Signature): boolean {
    return declaration !== undefined && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0;
  }

  function isOurs(node: ts.Node): boolean {
    return /\/packages\/[^/]+\/src\//.test(node.getSourceFile().fileName);
  }

  function partsOf(type: ts.Type): ts.Type[] {
    const known = checker.getNonNullableType(type);
    if (known.flags & ts.TypeFlags.TypeParameter) {
      const constraint = checker.getBaseConstraintOfType(known);
      return constraint === undefined ? [] : partsOf(constraint);
    }
    return known.isUnion() ? known.types : [known];
  }

  /** One of our object types that has optional fields or is called options. */
  function isOptions(type: ts.Type, parameter: string): boolean {
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false;
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return false;
    if (checker.isArrayType(type) || checker.isTupleType(type)) return false;
    const symbol = type.aliasSymbol ?? type.getSymbol();
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class || data.has(symbol.name))) return false;
    // Omit<PretrainedParts, …> is those parts.
    const [of] = type.aliasSymbol?.name === "Omit" ? (type.aliasTypeArguments ?? []) : [];
    if (of !== undefined && data.has((of.aliasSymbol ?? of.getSymbol())?.name ?? "")) return false;
    const properties = type.getProperties();
    if (!properties.some((property) => property.declarations?.some(isOurs))) return false;
    return (
      properties.some((property) => property.flags & ts.SymbolFlags.Optional) ||
      /^(options|given)$/.test(parameter) ||
      (symbol?.name ?? "").endsWith("Options")
    );
  }

  function optionOf(property: ts.Symbol, place: ts.Node): OptionType {
    const type = checker.getTypeOfSymbolAtLocation(property, place);
    const kinds = new Set<OptionKind>();
    for (const part of type.isUnion() ? type.types : [type]) {
      const kind = kindOf(part);
      if (kind !== undefined) kinds.add(kind);
    }
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    return { name: property.name, optional, kinds };
  }

  function kindOf(type: ts.Type): OptionKind | undefined {
    if (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) return undefined;
    if (type.flags & ts.TypeFlags.NumberLiteral) return "choice";
    if (type.flags & ts.TypeFlags.NumberLike) return "number";
    if (type.flags & ts.TypeFlags.BooleanLike) return "boolean";
    if (type.flags & ts.TypeFlags.StringLiteral) return "choice";
    if (type.flags & ts.TypeFlags.StringLike) return "text";
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.NonPrimitive)))
      return "anything";
    if (type.getCallSignatures().length > 0) return "function";
    const isIterable = type
      .getProperties()
      .some(({ name }) => name.startsWith("__@iterator") || name.startsWith("__@asyncIterator"));
    return isIterable ? "list" : "object";
  }
}
