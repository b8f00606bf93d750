/** React's development build evaluates strings; the content security policy must let it, then and only then. */
export const isDevelopment = process.env.NODE_ENV === 'development';
