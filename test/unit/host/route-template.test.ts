import { describe, expect, it } from '@jest/globals';
import { compileRoute } from '../../../host/triggers/route-template';

const match = (template: string, path: string): Record<string, string> | null =>
  compileRoute(template).match(path.split('/').filter((segment) => segment !== ''));

describe('compileRoute', () => {
  it.each([
    ['a/b', 'A/B', {}],
    ['a/b', 'a', null],
    ['a/b', 'a/b/c', null],
    ['{x}', '', null],
    ['{x}/y', '1/y', { x: '1' }],
    ['{x?}', '', {}],
    ['{x=7}', '', { x: '7' }],
    ['{x:int?}', '', {}],
    ['{x:int?}', 'a', null],
    ['{x:int}', '-3', { x: '-3' }],
    ['{x:int}', '2147483648', null],
    ['{x:long}', '2147483648', { x: '2147483648' }],
    ['{x:guid}', '0f8fad5b-d9cb-469f-a165-70867728950e', { x: '0f8fad5b-d9cb-469f-a165-70867728950e' }],
    ['{x:guid}', 'nope', null],
    ['{x:bool}', 'True', { x: 'True' }],
    ['{x:alpha:length(2,3)}', 'abc', { x: 'abc' }],
    ['{x:alpha:length(2,3)}', 'abcd', null],
    ['{x:alpha:length(2,3)}', 'a1', null],
    ['{x:range(1,5)}', '6', null],
    ['{x:min(3)}', '3', { x: '3' }],
    ['{x:regex(^a(b|c)$)}', 'ac', { x: 'ac' }],
    ['{x:regex(^a(b|c)$)}', 'ad', null],
    ['{name}.{ext}', 'file.txt', { name: 'file', ext: 'txt' }],
    ['{name}.{ext?}', 'file.tar.gz', { name: 'file.tar', ext: 'gz' }],
    ['{name}.{ext?}', 'file', { name: 'file' }],
    ['{name}.{ext?}', 'file.', null],
    ['{name}.{ext:alpha?}', 'file', { name: 'file' }],
    ['{name}.{ext:alpha?}', 'file.7z', null],
    ['v-{x}', 'V-1', { x: '1' }],
    ['files/{*rest}', 'files', {}],
    ['files/{**rest}', 'files/a/b', { rest: 'a/b' }],
  ])('%s and %s', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it('prefers literals to constrained, those to plain, those to catch-all', () => {
    const templates = ['a/{*rest}', 'a/{x}', 'a/b', 'a/{x:int}'];
    const byPrecedence = templates.map(compileRoute).sort((p, q) => (p.precedence < q.precedence ? -1 : 1));
    expect(byPrecedence.map(({ template }) => template)).toEqual(['a/b', 'a/{x:int}', 'a/{x}', 'a/{*rest}']);
  });

  it.each([
    ['things/{id}', 'Things/{name}', true],
    ['{x?}', '{x=7}', true],
    ['{x:int}', '{x}', false],
    ['{x?}', '{x}', false],
    ['{name}.{ext?}', '{name}.{ext}', false],
  ])('knows whether %s and %s match the same paths', (one, other, isSame) => {
    expect(compileRoute(one).shape === compileRoute(other).shape).toBe(isSame);
  });

  it.each(['{x:nonsense}', '{x', '{}', '{a}-{b?}', 'a.{b?}', '{a?}.{b}', '{a}{b?}'])(
    'refuses %s',
    (template) => {
      expect(() => compileRoute(template)).toThrow(/not known|not understood/);
    },
  );
});
