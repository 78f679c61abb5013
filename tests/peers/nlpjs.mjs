// Trains nlp.js on a set in the format of tests/bench_understanding.py and prints, for each test message, a label and a score.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [set, modules] = process.argv.slice(2)
const require = createRequire(join(modules, 'package.json'))
const { dockStart } = require('@nlpjs/basic')

const log = console.log
console.log = () => {} // it reports its progress
const dock = await dockStart({ settings: { nlp: { forceNER: false, autoSave: false, log: false } }, use: ['Basic', 'LangEn'] })
const nlp = dock.get('nlp')
nlp.addLanguage('en')
const { train, test } = JSON.parse(readFileSync(set, 'utf8'))
for (const { text, label } of train) nlp.addDocument('en', text, label)
await nlp.train()
const replies = []
const began = performance.now()
for (const { text } of test) {
  const { classifications } = await nlp.process('en', text)
  const best = classifications.find(({ intent }) => intent !== 'None')
  replies.push({ label: best?.intent ?? '', score: best?.score ?? 0 })
}
const milliseconds = (performance.now() - began) / test.length
log(JSON.stringify({ replies, milliseconds }))
