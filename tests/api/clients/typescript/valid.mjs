// Judges an OpenAPI document by the schemas of another author: node valid.mjs FILE.

import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(readFileSync(process.argv[2], "utf8")));
console.log(validator.version, valid ? "valid" : JSON.stringify(errors).slice(0, 2000));
process.exit(valid ? 0 : 1);
