import { Option } from 'commander';

/** The flag that says which broker is asked; checked by {@link brokerUrlProblems}. */
export function brokerUrlOption(): Option {
  return new Option('--broker_url [url]', "the broker's REST interface").default(
    'http://localhost:10002',
  );
}

export function brokerUrlProblems({
  broker_url: url,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const isUsable = typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url);
  if (isUsable) return [];
  const meant = typeof url === 'string' && !url.includes('://') ? `http://${url}` : '';
  const example = URL.canParse(meant) ? meant : 'http://localhost:10002';
  return [`--broker_url must be an http URL, such as ${example}`];
}
