import { fileURLToPath } from 'node:url';

/** Where the build has put the files of Swagger UI; from here it is the same in the sources and in the bundle. */
export const SWAGGER_UI_FOLDER = fileURLToPath(new URL('../../dist/swagger-ui/', import.meta.url));
