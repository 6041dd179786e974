/** As much of JSON Schema as options need to be named; ajv checks values against all the rest. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

/** One option that is no group of others. */
export interface Option {
  readonly path: readonly string[];
  /** `publicIp.address` with the prefix KECS is `KECS_PUBLIC_IP_ADDRESS`. */
  readonly variable: string;
  readonly schema: JsonSchema;
}
