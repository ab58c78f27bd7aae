import type { ChildProcess } from "node:child_process";

export const publicName: string;

export function missingForProxy(): string | undefined;

export interface Containerfile {
  readonly copied: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly healthCheck: readonly string[];
}

export function readContainerfile(): Containerfile;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface RunningProxy {
  readonly folder: string;
  readonly plain: number;
  readonly secure: number;
  ask(path: string, options?: Asking): Promise<Answer>;
  logged(): string;
  stop(): Promise<void>;
}

export function startProxy(products: readonly number[]): Promise<RunningProxy>;

export interface AsShipped {
  readonly folder: string;
  readonly redis: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly dataDirectory: string;
  readonly proxy: RunningProxy | undefined;
  printed(): string;
  stop(): Promise<void>;
}

export function startAsShipped(options?: {
  readonly environment?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly proxy?: boolean;
}): Promise<AsShipped>;
