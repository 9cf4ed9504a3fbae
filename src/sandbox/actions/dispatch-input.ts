import { unprocessable } from '../error.ts';
import type { DispatchInput } from './trigger-definition.ts';

/** GitHub takes at most so many inputs. */
const MAX_INPUTS = 25;

type Value = string | number | boolean;

/**
 * Checks the inputs of a dispatch against what the workflow declares and fills in the defaults; booleans and numbers get
 * their type.
 *
 * @throws ApiError 422 with GitHub's words for unknown, missing or unfit inputs.
 */
export function readDispatchInputs(
  declared: { [name: string]: DispatchInput },
  given: { [name: string]: unknown },
): { [name: string]: Value } {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (Object.keys(given).length > MAX_INPUTS) {
    throw unprocessable(
      `you may only define up to ${MAX_INPUTS} \`inputs\` for a \`workflow_dispatch\` event`,
    );
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [
      name,
      READERS[input.type]?.(name, valueOf(name, input, given[name]), input) ??
        String(valueOf(name, input, given[name])),
    ]),
  );
}

type Reader = (name: string, value: Value, input: DispatchInput) => Value;

const READERS: { [type: string]: Reader } = {
  boolean: (name, value) => {
    if (String(value) === 'true') return true;
    if (String(value) === 'false') return false;
    throw unprocessable(`Provided value '${value}' for input '${name}' is not a boolean`);
  },
  number: (name, value) => {
    if (Number.isFinite(Number(value))) return Number(value);
    throw unprocessable(`Provided value '${value}' for input '${name}' is not a number`);
  },
  choice: (name, value, input) => {
    if (input.options.includes(String(value))) return String(value);
    throw unprocessable(`Provided value '${value}' for input '${name}' not in the list of allowed values`);
  },
};

/** What an input counts as when neither the caller nor the workflow says. */
const EMPTY: { [type: string]: Value } = { boolean: false, number: 0 };

function valueOf(name: string, input: DispatchInput, given: unknown): Value {
  if (given === undefined || given === null || given === '') return defaultOf(name, input);
  if (typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean') return given;
  throw unprocessable(`Input '${name}' must be a string, number or boolean`);
}

function defaultOf(name: string, input: DispatchInput): Value {
  if (input.default !== undefined) return input.default;
  if (input.required) throw unprocessable(`Required input '${name}' not provided`);
  return EMPTY[input.type] ?? input.options[0] ?? '';
}
