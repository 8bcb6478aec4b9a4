import { expect, test } from 'vitest';
import { firstSigner, signerOptions } from './signers';

const authorities = [
  { unit: 'x', person: 'pct', form: 'KT.', title: 'CHỦ TỊCH' }, { unit: 'x', person: 'ct', form: 'TM.', title: 'ỦY BAN NHÂN DÂN' },
  { unit: 'x', person: 'vp', form: 'TL.', title: 'CHỦ TỊCH', types: ['GM'] }, { unit: 'y', person: 'gd', form: '', title: 'GIÁM ĐỐC' },
];

test('of this office only, TM. first', () => expect(signerOptions(authorities, 'x', 'QĐ').map((option) => option.person)).toEqual(['ct', 'pct']));
test('a power for some types counts for these', () => expect(signerOptions(authorities, 'x', 'GM').map((option) => option.person)).toEqual(['ct', 'pct', 'vp']));
test('nobody when the office has no table', () => expect(firstSigner(signerOptions(authorities, 'z'))).toEqual({ person: '', form: '' }));
