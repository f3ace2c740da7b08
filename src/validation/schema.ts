/**
 * The libraries that build and validate schemas. Loading their hundreds of small files took most of the startup time,
 * so the build bundles them into one file that replaces this one.
 */
export { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
export { Type } from 'typebox'
