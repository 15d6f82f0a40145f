"""What the head of a column says in many languages: what it holds (a street, a telephone) and where that is
(home or not).

Programs put such heads together (« Ciudad de trabajo », « Ort geschäftlich », « 会社電話 2 »), so the words
are known here
and not their thousand combinations. `=word` stands alone, `-word` ends a word, `word-` begins one, others stand anywhere.
"""

import re
from functools import cache

from core.importing.mapping import name_key

LEFT_OUT = """
fax факс faks φαξ فاكس פקס ファックス 传真 傳真 팩스 फ़ैक्स copie- télécop- pager пейджер personsøger personsök
radiomessag semafon csipogó 呼叫器
寻呼 ポケット 무선_호출 assist- asistent- помощник avustaj- アシスタント 助理 비서 sekret- =type -type =typ -typ =tipo
=тип =tyyppi =típusa =türü 種類
類型 类型 유형 display- anzeige angezeigt pantalla affich- visualizza- exib- weergave wyświetl- =vist zobraz- megjelen-
=краткое 表示名 显示 顯示
표시 telex телекс télex =isdn =tty tty- телетайп teletipo hörbehind- auto- voiture =coche =carro =car =bil bil- =машине
callback rückruf rückmeld- =rappel
devolución richiamata =po_box =pobox postfach postboks =box postbus apartado boîte casella caixa apartat skrytka schránka
postafiók postilokero
kutusu =ящик 私書箱 信箱 사서함 server- servidor serveur сервер サーバー 服务器 伺服 status civil spouse manager director
-label birth- geburt- passport
dirección_ip =ip -server -servidor internet- internettet postnamn postnavn kontoradresse- 办公 辦公 büro- asystent-
samochod- 秘書 自動車 weergegeven nom_complet- formatted office_location oficina_ubicación
"""
#: What a column holds; the first that fits counts.
HOLDS = (
    (
        "email",
        """e_mail- =email email- =emails =mail correo courriel messagerie posta_elettronica электронн- эл_почт- =почта
        e_post- epost- sähköposti- e_posta-
        =eposta 电子邮 電子郵 邮件 邮箱 电邮 メール =메일 메일 이메일 ई_मेल =मेल البريد_الإلكتروني correu-
        elektronick- דוא
        ηλεκτρον- อีเมล surel-
        poczty_e villám- tölvupóst- имейл- електронн- électronique- elettronico- electrónic- eletrônic-
        elektronisch- correio-""",
    ),
    (
        "website",
        """=web web- =url =www sitio сайт hjemmeside- hemsida- heimasíð- kotisivu- honlap homepage- home_page ホームページ
        网页 網頁 主页 网站 網站 =웹 웹
        वेब- ويب ιστοσελίδα เว็บ strona_www вебсайт strony_www pàgina_web página_web веб-""",
    ),
    (
        "mobile",
        """mobil- =cell cell- móvil celular telemóvel portable- =gsm =handy komórk- matkapuh- cep_tel- mobiel- мобіль-
        携帯 移动 移動 手机 手機 行動 휴대 모바일 핸드폰
        मोबाइल جوال محمول نقال сотов- мобил- переносн- נייד κινητ- มือถือ ponsel bimbit =natel mòbil""",
    ),
    (
        "postcode",
        """=zip zip- postal_code post_code postcode postleitz- =plz =cap =cep =cp código_postal code_postal codice_postale
        codi_postal cod_poștal
        postnummer- -postnummer =postnr postadress_arbete póstnúmer kod_pocztowy =psč irányítószám- posta_kodu
        postinumero-
        индекс =почтовый_код 郵便番号
        邮编 邮政 郵遞 郵政 우편 पिन_कोड जिपकोड الرمز_البريدي poštn- směrovací מיקוד ταχυδρομικ- รหัสไปรษณีย์
        kode_pos =poskod поштовий пощенски""",
    ),
    ("state", "bundesland- delstat- 省_市 自治 縣_市 kraj_práce kraj_domů =省 都道府県"),
    (
        "country",
        """country- país =pais =pays paese страна країна държава =land -smeland -deland -dsland hjemmeland земля_ =kraj
        země- =zem krajina ország- ülke- =maa =maatieto
        =riik țara =țară =tara 国家 國家 =国 =國 국가 देश राष्ट्र بلد ארץ χώρα ประเทศ negara- herrialde-
        nazione- =stát""",
    ),
    (
        "city",
        """=city =town ciudad- localidad- población =municipio город- місто =град =ort hemort- wohnort- =stadt =ville
        =città =cidade =plaats
        woonplaats- =stad miasto- miejscow- =by hjemmeby arbejdsby poststed- kaupunki- paikkakun- postitoimip-
        =město =mesto
        =obec város- -város
        helység- település- şehir- =ilçe 市区町村 城市 =市 市_县 市_鎮 縣市 所在市 구_군 =도시 शहर नगर مدينة
        =المدينة ciutat-
        localitat- oraș- =oras localitate-
        עיר πόλη เมือง =kota =bandar herria-""",
    ),
    (
        "state",
        """=state province provinc- provínc- =estado región =region région- regione- região область =край =штат =county
        =counties kanton- canton
        =département =dép wojew- =область- =области =område- область_дом =stato =stat hjemmestat arbejdsstat =län fylke-
        maakunta- =kraj megye- =il 省市 省份
        =州 시_도 राज्य ولاية comunidad_autónoma distrito județ- מחוז νομός จังหวัด provinsi- =negeri 居住市鎮""",
    ),
    (
        "phone",
        """phone -phone teléfono- telefono- telefone- телефон- telefon -telefon telefoon- =tel téléph- puhelin- -puhelin
        =sími sími- 電話 电话 전화
        फ़ोन- फोन- هاتف telèfon- טלפון τηλέφ- โทร =tlf centralita växel telepon-""",
    ),
    (
        "street",
        """street- address- -address calle- dirección- domicilio улиц- адрес- -straße straße- strasse- anschrift adress-
        -adress -adresse =rue =via indirizzo-
        =rua endereço- morada- logradouro- straat- -straat =adres -adres ulic- =gade =gata gatuadress-
        gateadress- =gate =vej
        osoite- -osoite =ul utca- =cím lakcím
        sokak- cadde- =adresi adres- вулиц- 番地 住所 町名 街道 地址 住址 거리 주소 번지 पता شارع عنوان carrer-
        adreça- strad-
        כתובת רחוב οδός διεύθ- ถนน ที่อยู่
        jalan- alamat- helbide- kalea- heimili-""",
    ),
)
PLACES = (
    (
        "home",
        """home- privat- -privat =privée personal- personnel- persoonlijk- particular- residen- domicil- domicilio =casa
        дом- hjem- =hem hem- bostad- heima- =ab
        abitaz- pessoa- =thuis huis- woon- =dom domow- prywat- =koti koti- =byt soukrom- domů bydliš- otthon-
        lakás- lakcím
        magán- =ev kişisel- 自宅 個人 个人
        家庭 住宅 住家 =家 住址 居住 자택 =집 집 개인 गृह निवास आवास घर- المنزل acasă =בית οικ- บ้าน rumah-
        etxe- donde_vive личн-""",
    ),
    (
        "other",
        """other- =otra =otro друг- інш- weiter- =andere- ander- sonst- autre- =altro =altra altr- outr- inny =inne =inna
        anden- andet- annan- annat- annen-
        annet- övrig- øvrig- =muu muu_ =jiný =jiná další- =egyéb =más diğer- その他 其他 其它 기타 אחר- อื่น
        lain- alternat-""",
    ),
)
NUMBER = re.compile(r"(?<!\d)[23](?!\d)")
ADDRESS = ("street", "city", "state", "postcode", "country")


def pattern(words: str) -> re.Pattern[str]:
    """A pattern of words parted by blanks, written as heads are compared; `_` is a blank within."""
    found = []
    for word in words.split():
        begins, ends = word[0] == "=" or word[-1] == "-", word[0] in "=-"
        bare = re.escape(name_key(word.strip("=-").replace("_", " ")))
        found.append(("(?<!\\w)" if begins else "") + bare + ("(?!\\w)" if ends else ""))
    return re.compile("|".join(found))


@cache
def patterns() -> tuple[re.Pattern[str], list[tuple[str, re.Pattern[str]]], list[tuple[str, re.Pattern[str]]]]:
    """What is left out, what a column holds, and where it is."""
    held, places = ([(name, pattern(words)) for name, words in table] for table in (HOLDS, PLACES))
    return pattern(LEFT_OUT), held, places


def column_named(key: str) -> str:
    """The field that a head means, such as `home_city` or `street_2`; nothing if it means none that is wanted."""
    left_out, holds, places = patterns()
    held = next((name for name, words in holds if words.search(key)), "")
    if not held or left_out.search(key):
        return ""
    place = next((name for name, words in places if words.search(key)), "")
    number = NUMBER.search(key)
    if held in ADDRESS:
        named = f"{place}_{held}" if place else held
        return f"{named}_{number[0]}" if number and held == "street" else named
    if held in ("phone", "email"):
        at_home = held == "phone" and place == "home"
        return f"{held}_2" if number or place == "other" else "home_phone" if at_home else held
    return held
