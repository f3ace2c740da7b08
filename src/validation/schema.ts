/**
 * What schemas are built with and checked by. These libraries come in hundreds of small files, which took longer to
 * load than all else that a start needs: the build puts them into one file in this one's place.
 */
export { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
export { Type } from 'typebox'
