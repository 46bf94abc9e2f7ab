// Imported first by main: a service outlives SIGHUP from its first moment on, before its settings are read.
// All other commands end with their terminal.
const SERVICES = ['broker', 'writer', 'simulator'];

const command = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
if (SERVICES.includes(command ?? '')) process.on('SIGHUP', () => undefined);
