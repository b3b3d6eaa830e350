import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './apt-sources';
import { step } from './tools';

/** An apt of our own beside the machine's: its sources, lists and downloads lie in our folder, and it installs nothing. */
export class PrivateApt {
  private constructor(
    private readonly config: string,
    readonly downloads: string,
  ) {}

  static async open(folder: string, archives: readonly Archive[], suite: string): Promise<PrivateApt> {
    const within = (name: string) => join(folder, name);
    for (const name of ['lists/partial', 'cache/archives/partial', 'downloads'])
      await mkdir(within(name), { recursive: true });
    await writeFile(within('suite.sources'), archives.map((archive) => stanza(archive, suite)).join('\n'));
    const settings = {
      'Dir::Etc::sourcelist': within('suite.sources'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::Etc::preferences': '/dev/null',
      'Dir::Etc::preferencesparts': '/dev/null',
      'Dir::State::lists': within('lists'),
      'Dir::Cache': within('cache'),
      // Run by root it would download as a user who may not write here.
      'APT::Sandbox::User': 'root',
      'Acquire::Languages': 'none',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)};`);
    // What the machine does after an update of its own is not for ours to set off.
    const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
    await writeFile(within('apt.conf'), [...lines, ...hooks.map((hook) => `#clear ${hook};`), ''].join('\n'));
    const apt = new PrivateApt(within('apt.conf'), within('downloads'));
    // Without it a list that cannot be had is only a warning.
    await apt.get('update', '--error-on=any');
    return apt;
  }

  async hasPackage(name: string): Promise<boolean> {
    return (
      (await step('apt-cache', ['-c', this.config, 'search', '--names-only', `^${name}$`], this.downloads)).trim() !==
      ''
    );
  }

  async hasSource(name: string): Promise<boolean> {
    return (await step('apt-cache', ['-c', this.config, 'showsrc', name], this.downloads)).includes(`Package: ${name}`);
  }

  async download(name: string): Promise<void> {
    await this.get('download', name);
  }

  async downloadSource(name: string): Promise<void> {
    await this.get('source', '--download-only', name);
  }

  private async get(verb: string, ...words: string[]): Promise<void> {
    await step('apt-get', [verb, '-c', this.config, ...words], this.downloads);
  }
}

function stanza({ uris, components, signedBy }: Archive, suite: string): string {
  const signed = signedBy === undefined ? '' : `Signed-By: ${signedBy}\n`;
  return `Types: deb deb-src\nURIs: ${uris}\nSuites: ${suite}\nComponents: ${components}\n${signed}`;
}
