-- What Quarto's Markdown has and Pandoc's has not: callouts, tab sets; plus heading anchors and scrolling tables.
-- Attributes are lists of pairs: a Lua table with keys has a different order in every run.

local WORDS = {
  en = { note = 'Note', tip = 'Tip', warning = 'Warning', important = 'Important', caution = 'Caution',
         scroll = 'Table, scrolls sideways' },
  zh = { note = '说明', tip = '提示', warning = '警告', important = '重要', caution = '注意',
         scroll = '可横向滚动的表格' },
}
local TOC_FROM = 3   -- a table of contents pays from this many headings on
local TOC_DEPTH = 3

local words = WORDS.en
local headings = 0
local tabsets = 0

local function html(text)
  return pandoc.RawBlock('html', text)
end

local function read_meta(meta)
  if meta.lang and pandoc.utils.stringify(meta.lang):match('^zh') then
    words = WORDS.zh
  end
end

local function has_class(div, pattern)
  for _, class in ipairs(div.classes) do
    local match = class:match(pattern)
    if match then return match end
  end
end

-- The title of a callout: its first heading, else its title attribute, else the name of its kind.
local function callout_title(div, kind)
  local first = div.content[1]
  if first and first.t == 'Header' then
    div.content:remove(1)
    return first.content
  end
  if div.attributes.title then
    return pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, 'markdown').blocks)
  end
  return pandoc.Inlines(words[kind])
end

local function callout(div, kind)
  local title = pandoc.Plain(callout_title(div, kind))
  local body = pandoc.Div(div.content, pandoc.Attr('', { 'callout-body' }))
  if div.attributes.collapse == 'true' then
    return { html('<details class="callout callout-' .. kind .. '"><summary class="callout-title">'), title,
             html('</summary>'), body, html('</details>') }
  end
  return pandoc.Div({ pandoc.Div(title, pandoc.Attr('', { 'callout-title' })), body },
                    pandoc.Attr(div.identifier, { 'callout', 'callout-' .. kind }, { { 'role', 'note' } }))
end

-- Radio buttons, labels and panels as siblings: arrow keys move between tabs, CSS shows the panel after the checked one.
local function tabset(div)
  tabsets = tabsets + 1
  local group = 'tabset-' .. tabsets
  local blocks, panel, level, tabs = pandoc.Blocks({}), nil, nil, 0
  for _, block in ipairs(div.content) do
    if block.t == 'Header' and (level == nil or block.level == level) then
      level = block.level
      tabs = tabs + 1
      local id = group .. '-' .. tabs
      blocks:insert(html(string.format('<input type="radio" name="%s" id="%s"%s><label for="%s">',
                                       group, id, tabs == 1 and ' checked' or '', id)))
      blocks:insert(pandoc.Plain(block.content))
      blocks:insert(html('</label>'))
      panel = pandoc.Div({}, pandoc.Attr(block.identifier, { 'tab-panel' }))
      blocks:insert(panel)
    elseif panel == nil then
      error('a panel-tabset must begin with a heading')
    else
      panel.content:insert(block)
    end
  end
  return pandoc.Div(blocks, pandoc.Attr('', { 'tabset' }))
end

local function div(element)
  local kind = has_class(element, '^callout%-(%a+)$')
  if kind and words[kind] then return callout(element, kind) end
  if element.classes:includes('panel-tabset') then return tabset(element) end
end

local function scrolling_table(element)
  local attributes = { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', words.scroll } }
  return pandoc.Div({ element }, pandoc.Attr('', { 'table-wrap' }, attributes))
end

local function cross_reference(cite)
  local id = cite.citations[1].id
  if id:match('^fig%-') or id:match('^tbl%-') or id:match('^sec%-') then
    error('the cross-reference @' .. id .. ' needs Quarto; write an ordinary link')
  end
end

local function heading(header)
  if header.level <= TOC_DEPTH then headings = headings + 1 end
  local attributes = pandoc.Attr('', { 'anchor' }, { { 'aria-hidden', 'true' }, { 'tabindex', '-1' } })
  header.content:insert(pandoc.Link({}, '#' .. header.identifier, '', attributes))
  return header
end

local function mark_toc(meta)
  if headings >= TOC_FROM and meta['wants-toc'] then meta['show-toc'] = true end
  return meta
end

return {
  { Meta = read_meta },
  { Div = div, Table = scrolling_table, Cite = cross_reference },
  { Header = heading },
  { Meta = mark_toc },
}
