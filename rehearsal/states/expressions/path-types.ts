export type Root =
  | { readonly kind: 'document' | 'context' | 'item' }
  | { readonly kind: 'variable'; readonly name: string };

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'descend' };

export interface Path {
  readonly text: string;
  readonly root: Root;
  readonly segments: readonly Segment[];
  /** Finds one value or fails. Any other path finds a list, which may be empty. */
  readonly definite: boolean;
}

export type Operand = { readonly path: Path } | { readonly value: null | boolean | number | string };
export type Comparison = '==' | '!=' | '<=' | '>=' | '<' | '>';

export type Filter =
  | { readonly kind: 'or' | 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'compare'; readonly left: Operand; readonly by: Comparison; readonly right: Operand };
